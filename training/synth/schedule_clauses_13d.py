"""The clauses that the items of synthetic Schedules 13D are composed of, written for this project.

`{slot}` names a fact of the case, a list of phrases or a slot of `wording`.
"""

# ruff: noqa: E501 - a clause on one line is easier to judge than one in pieces

from __future__ import annotations

AMENDED: tuple[str, ...] = (
    "Item {item} of the {statement} is hereby amended and supplemented by adding the following:",
    "Item {item} is hereby amended and restated in its entirety as follows:",
    "Item {item} of the Schedule 13D is supplemented and amended, as the case may be, as follows:",
    "The response to Item {item} is amended to add the following paragraph at its end:",
    "The following is added to Item {item}:", "Item {item} is hereby supplemented as follows:",
    "The first paragraph of Item {item} of the original filing of {recent} is deleted and replaced by:",
    "Item {item} of {amendment} is revised to read:",
)  # fmt: skip
PREAMBLES: tuple[str, ...] = (
    "This {amendment} amends the {statement} filed by {names} on {recent}. Except as set out here, it remains unchanged.",
    "{amendment} relates to the {class} of {issuername}. Terms not defined here have the meaning given to them in the original {statement}.",
    "This statement is the {position} amendment of that of {usdate} and is filed to report a change of more than one percent. {prose}",
    "Pursuant to Rule 13d-2, {who} file this {amendment} with respect to {securities} of {issuername}. {prose}",
)  # fmt: skip
SECURITY: tuple[str, ...] = (
    "This {statement} relates to the {class} of {issuername}, whose principal executive offices are located at {place}.",
    "The class of equity securities to which this statement relates is the {class} (the \u201c{stock}\u201d) of {issuername} (the \u201cIssuer\u201d). The address of the Issuer\u2019s principal executive offices is {place}.",
    "{class}\n{issuername}\n{place}", "{issuername}, {place}. {class}.",
    "Securities: {stock}, of which {outstanding} were outstanding on {recent}. Issuer: {issuername}, having its head office at {place}. {prose}",
    "The statement on {statement} of {recent} relating to shares of {stock} issued by {issuername} ({place}) is hereby amended. {prose}",
)  # fmt: skip
SECURITY += (
    "This {statement} relates to the {class} (the \u201cShares\u201d) of {issuername} (the \u201cIssuer\u201d). The principal executive offices of the Issuer are located at {place}.",
    "This statement on {statement} relates to shares of {stock} of {issuername}, a {position} of {firm}. The Issuer\u2019s principal executive offices are located at {place}.",
    "The securities to which this {statement} relates are {securities} of {issuername}.\nThe principal executive offices of {company} are located at {place}.",
    "The title and class of equity securities to which this statement relates is {class}. The name and address of the principal executive offices of the issuer are: {issuername}, {place}.",
    "{class}. The principal executive office of {issuername} is located at {place}. {prose}",
    "The principal executive offices of the Issuer are located at {place}. {who} hold {amount} shares of {stock}, of which {outstanding} were outstanding on {recent}.",
    "This {form} is filed with respect to the {class}, of {issuername}, having its principal executive offices at {place}. {prose}\n{prose}",
    "The class of security is {class}, issued by {issuername}, with offices at {place} (the \u201cCompany\u201d).",
    "{stock} of {issuername}\nThe Issuer's principal offices are at {place}. As of {recent}, {outstanding} shares were outstanding.",
    "The Issuer is {issuername}. Its principal executive offices are at {place}. The securities are {class}.",
)  # fmt: skip
PERSONS: tuple[str, ...] = (
    "{own} ({of}). The principal business address is {at}. Its principal business is {does}.",
    "{own}, {of}, has its principal office at {at}; its principal business is {does}.",
    "The business address of {own} is {at}. {own} is engaged in {does}. Citizenship: {of}.",
    "{own} - {at}. Present principal occupation: {does}. {of}.",
    "(i) {own}, {at}, whose principal occupation is {does} and whose citizenship is {of};",
    "Name: {own}. Residence or business address: {at}. Occupation: {does}. Citizenship: {of}.",
    "{own}\n{at}\nPrincipal business: {does}\nPlace of organization: {of}",
    "{own} is located at {at} and does business as follows: {does}. {prose}",
)  # fmt: skip
BACKGROUND: tuple[str, ...] = (
    "This statement is filed by {names} (together, \u201c{who}\u201d).", "{holder} is the {position} of {firm}.",
    "The persons filing are: {names}.", "{fund} is managed by {holder}; its general partner is {firm}.",
    "Each of {who} is party to the agreement attached as Exhibit {letter}.", "{holder} was organised in {year} to hold {securities}.",
    "The directors and officers of {firm} are set forth on Schedule {letter} hereto.", "{prose}",
    "{person} controls {firm}, which in turn is the sole member of {holder}.",
)  # fmt: skip
OFFICES: tuple[str, ...] = (
    "The business address of each of {who} is {place}.",
    "{place}",
    "{place}.",
    "The principal office of {holder} is at {place}, that of {firm} at {elsewhere}.",
    "{place}\n{elsewhere}",
)
JOBS: tuple[str, ...] = (
    "The principal business of {holder} is {job}.", "{Job}.", "{holder} is engaged in {job}. {person} is {position} of {firm}.",
    "The principal occupation of {person} is serving as {position} of {firm}, {elsewhere}.", "Investments, {job} and {prose}", "{position}, {firm}",
    "{holder}: {job}\n{firm}: {job}", "See Schedule {letter} for the present occupation of each officer. {prose}",
)  # fmt: skip
CONVICTIONS: tuple[str, ...] = (
    "During the last five years, none of {who} has been convicted in a criminal proceeding (excluding traffic violations or similar misdemeanors).",
    "None.", "No.", "Not applicable.", "{holder} has not, within the past five years, been convicted in any criminal proceeding.",
    "To the best knowledge of {filer}, no person named on Schedule {letter} has been so convicted.",
    "On {recent} {person} pleaded guilty to one count before the court of {elsewhere}; {prose}", "Neither {holder} nor {firm} has been convicted since {year}.",
)  # fmt: skip
JUDGMENTS: tuple[str, ...] = (
    "During the last five years none of {who} was a party to a civil proceeding as a result of which it is subject to a judgment, decree or final order enjoining violations of securities laws.",
    "No.", "None of {who}.", "See (d).", "Not applicable.", "{holder} consented on {recent} to an order of the Commission without admitting its findings. {prose}",
    "{filer} has not been party to such a proceeding in the last five years.", "In {year}, {firm} agreed to pay {price} in settlement of a civil action; {prose}",
)  # fmt: skip
CITIZENS: tuple[str, ...] = (
    "{holder} is {land}.", "Each natural person named in this Item is a citizen of {country}.", "{country}", "{firm} was organized under the laws of {country}; {person} is a citizen of {country}.",
    "All persons listed on Schedule {letter} are citizens of {country}.", "{holder} - {country}\n{firm} - {country}", "{who} are organized in {country}.",
)  # fmt: skip
MONEY: tuple[str, ...] = (
    "The {amount} shares were bought with working capital for a total of {price}.", "{holder} used {price} of its own funds, excluding commissions, to buy {shares} shares.",
    "The source of the purchase price was the capital contributions of the partners of {fund}.", "{securities} were issued to {holder} upon {event_}.",
    "Part of the price, {price}, was borrowed from {firm} at {percent} a year under a loan agreement dated {recent}.",
    "The shares may be held in margin accounts with prime brokers, which lend as and when required.", "Personal funds.", "Not applicable.", "See Item 4.",
    "{shares} shares were received as a gift from {whose} {relative}; no consideration was paid.", "The disclosure in Item 5(c) is incorporated by reference. {prose}",
    "Positions in margin accounts are pledged as security for the debit balances in them.", "{prose}", "{person} exercised options for {shares} shares at {price} each on {usdate}.",
    "The merger consideration was {price} in cash and {shares} shares of {firm}.", "The aggregate price of the {shares} shares held by {fund} was approximately {price}.",
)  # fmt: skip
PURPOSES: tuple[str, ...] = (
    "{who} acquired {securities} for investment, in the ordinary course of business.", "The securities of {company} are held for investment purposes.",
    "{who} believed when they bought that {securities} were undervalued and an attractive opportunity.",
    "On {recent}, {holder} sent a letter to the board of directors of {company}, a copy of which is attached as Exhibit {small}.",
    "{who} may buy more {securities} or sell some or all of them, in the open market or by private agreement, depending on price, liquidity and conditions of the market.",
    "{person} was appointed to the board of directors on {recent} as a designee of {fund}.", "{holder} intends to speak with management about strategy, capital allocation and the composition of the board.",
    "On {recent}, {company} entered into a merger agreement with {firm}, under which each share of {stock} is to be converted into {price} in cash.",
    "Except as set forth herein, {who} have no plans or proposals that relate to or would result in any of the matters in paragraphs (a) through (j) of Item 4.",
    "{who} reserve the right to change their intentions at any time.", "By a written notice {fund} may change the limit on its ownership to any percentage up to {percent}; an increase takes effect on the 61st day.",
    "{holder} nominated {person}, {person} and {person} for election at the annual meeting of {year}.",
    "Under the Cooperation Agreement of {usdate} the size of the board is to be reduced to {count} and {holder} is to vote for its nominees.",
    "The non-voting shares held by {fund} are convertible one for one as long as the holder would own no more than {percent} of the class.",
    "Among what may be discussed are asset sales, a recapitalization, a change of the dividend policy and the delisting of {securities}.",
    "{fund} agreed not to sell {shares} shares before {recent} under a lock-up agreement with {firm}.", "A closing of the tender offer at {price} a share took place on {recent}; {shares} shares were tendered.",
    "{person} informed the board on {usdate} that the proposal of {price} a share was withdrawn.", "{prose}", "{prose} {prose}",
    "This {form} is filed to report that {holder} ceased to own more than five percent on {event}.", "As a {position} of {company}, {person} takes part in its decisions and may influence the matters listed in this Item.",
    "The policies of {fund} do not permit {person} to be paid for serving as a director; {firm} is entitled to the pecuniary interest in {shares} restricted stock units.",
    "On {event}, {holder} exercised {shares} options, which vested in {count} {period} installments.", "{disclaimed}",
)  # fmt: skip
INTERESTS: tuple[str, ...] = (
    "As of {signed}, {filer} {deemed} {amount} {stock}, or {pct} of the class. {base}", "{holder} owns {amount} shares ({pct}). {base}",
    "Rows 7 through 11 and 13 of each cover page are incorporated herein by reference.", "See cover pages.", "{base} {filer} holds {pct}.",
    "Set forth below are the shares held by each of the Funds.\nHolder\tShares\n{fund}\t{shares}\n{fund}\t{shares}\nTotal\t{amount}",
    "{who} {deemed} in the aggregate {amount} {securities}, representing {pct} of those outstanding. {disclaimed}", "{amount} shares; {pct}. {prose}",
    "{fund} is the record owner of {shares} shares; {person} holds {shares} more directly.", "The disclosure in Item 4 is incorporated by reference. {base}",
)  # fmt: skip
POWERS: tuple[str, ...] = (
    "{holder} has sole power to vote and dispose of {amount} shares.", "{who} share the power to vote and to dispose of {securities}.", "See rows 7 to 10 of the cover pages.",
    "(i) sole power to vote: 0\n(ii) shared power to vote: {amount}\n(iii) sole power to dispose: 0\n(iv) shared power to dispose: {amount}",
    "Sole: {shares}. Shared: {shares}.", "By reason of its position as {position}, {firm} has voting and investment power over {securities}. {prose}",
    "Number of shares as to which {holder} has sole or shared power: {amount}. {disclaimed}", "{prose}",
)  # fmt: skip
NO_DEALINGS: tuple[str, ...] = (
    "None.", "There were no transactions in {securities} during the past 60 days.", "Except as described in Item 4, none of {who} effected any transaction in the last sixty days.",
    "No transactions.", "{holder} sold {shares} shares on {recent} at {price} in the open market.", "On {usdate} {fund} bought {shares} shares at an average price of {price}.",
    "The transactions of the past sixty days are on Schedule {letter}, which is incorporated by reference.", "See Exhibit 99.{small}.", "{prose}",
)  # fmt: skip
DEALINGS_BEFORE: tuple[str, ...] = (
    "The following transactions were effected during the sixty days before this filing:", "All purchases were made in the open market through brokers.",
    "Transactions of {holder} within the last 60 days, all for cash and in the open market:", "", "Since the filing of {recent} {filer} dealt as follows.",
)  # fmt: skip
DEALINGS_AFTER: tuple[str, ...] = (
    "", "", "(1) The price reported is a weighted average; prices ranged from {price} to {price}. {who} will give full information to the staff upon request.",
    "* Excluding commissions of {cents} a share.", "Except as above, {who} effected no other transaction. {prose}",
)  # fmt: skip
HEADS = (
    "Name\tDate\tNumber of Shares\tTransaction\tPrice", "Date\tShares\tPrice per Share", "Trade Date\tBuy/Sell\tQuantity\tPrice ($)",
    "Holder\tDate of Purchase\tAmount\tPrice Per Share ($)(1)", "Transaction\tDate\tShares of Stock\tUnit Cost",
)  # fmt: skip
OTHERS: tuple[str, ...] = (
    "Not applicable.", "None.", "N/A", "No other person is known to have the right to receive dividends from, or proceeds of the sale of, {securities}.",
    "The partners of {fund} have the right to receive proceeds in proportion to their interests.", "{firm}, the sole general partner of {fund}, has such a right. {prose}",
    "{person} and {person} are the managing members of {firm}, whose clients receive the dividends.",
)  # fmt: skip
SINCE: tuple[str, ...] = (
    "Not applicable.",
    "N/A",
    "Inapplicable.",
    "{holder} ceased to be the beneficial owner of more than five percent of the class on {event}.",
    "On {recent}, {who} ceased to own more than 5% of {stock}.",
    "{usdate}",
    "Does not apply. {prose}",
)
CONTRACTS: tuple[str, ...] = (
    "Under a registration rights agreement of {recent}, {company} is to register {shares} shares upon the demand of {holder}.", "None.", "Not applicable.", "See Item 4.",
    "{who} are parties to a joint filing agreement, attached as Exhibit {small}.", "{fund} entered into cash-settled swaps with {firm} for {shares} notional shares at {price}.",
    "Except as described in this statement there are no contracts, arrangements or understandings among {who} and any other person as to {securities}.",
    "{person} holds {count} options to buy {shares} shares at {price}, which expire on {usdate}.", "On {recent}, {holder} pledged {shares} shares to {firm} as security for a loan of {price}.",
    "The Investor Rights Agreement lets {fund} name {count} directors as long as it owns {percent} of the class.", "{prose}", "{holder} lent {shares} shares to {firm} until {recent}.",
    "{fund} wrote call options on {shares} shares with a strike price of {price}. {prose}", "The voting agreement of {usdate} obliges {holder} to vote for the merger.",
)  # fmt: skip
EXHIBITS: tuple[str, ...] = (
    "Exhibit {number}\tJoint Filing Agreement, dated {signed}", "Exhibit 99.{number}: Letter to the Board, dated {recent}", "Exhibit {letter} - Power of Attorney",
    "Exhibit 99.{number}\tJoint Filing Agreement by and among {names}", "{number}.\tVoting Agreement, dated as of {recent}, between {holder} and {firm}", "Exhibit {number}: Press release of {usdate}",
    "Exhibit {letter}\tSchedule of Transactions", "Exhibit {number}\tRegistration Rights Agreement (incorporated by reference to Exhibit 10.{small} of {report})",
    "99.{number}  Loan Agreement of {recent} with {firm}", "Exhibit {number}. {prose}",
)  # fmt: skip
NO_EXHIBITS: tuple[str, ...] = (
    "None.",
    "Not applicable.",
    "No exhibits are filed herewith. {prose}",
)
