"""Official and customary wordings of Schedules 13G and 13D, whatever is filled in."""

from __future__ import annotations

ROW_CAPTIONS: dict[str, tuple[str, ...]] = {
    "reportingPersonName": (
        "Names of Reporting Persons", "Name of Reporting Person", "Names of Reporting Persons.",
        "Names of Reporting Persons I.R.S. Identification Nos. of above persons (entities only)",
        "Name of Reporting Person S.S. or I.R.S. Identification No. of Above Person",
        "Names of Reporting Persons/I.R.S. Identification Nos. of Above Persons (Entities Only)",
        "Name of Reporting Persons", "Reporting Person",
    ),
    "memberOfGroup": (
        "Check the Appropriate Box if a Member of a Group (See Instructions)",
        "Check the appropriate box if a member of a group*",
        "Check the Appropriate Box if a Member of a Group",
        "Check the appropriate box if a member of a Group (see instructions)",
    ),
    "secUseOnly": ("SEC Use Only", "Sec Use Only", "SEC USE ONLY", "SEC use only"),
    "fundType": (
        "Source of Funds (See Instructions)", "Source of Funds*", "Source of Funds",
        "Source of funds (See Instructions)",
    ),
    "legalProceedings": (
        "Check if Disclosure of Legal Proceedings Is Required Pursuant to Items 2(d) or 2(e)",
        "Check box if disclosure of legal proceedings is required pursuant to Items 2(d) or 2(e)",
        "Check Box if Disclosure of Legal Proceedings is Required Pursuant to Item 2(d) or 2(e)",
    ),
    "citizenshipOrOrganization": (
        "Citizenship or Place of Organization", "Citizenship or place of organization",
    ),
    "soleVotingPower": ("Sole Voting Power", "Sole voting power"),
    "sharedVotingPower": ("Shared Voting Power", "Shared voting power"),
    "soleDispositivePower": ("Sole Dispositive Power", "Sole dispositive power"),
    "sharedDispositivePower": ("Shared Dispositive Power", "Shared dispositive power"),
    "aggregateAmountOwned": (
        "Aggregate Amount Beneficially Owned by Each Reporting Person",
        "Aggregate amount beneficially owned by each reporting person",
        "Aggregate Amount Beneficially Owned by Each Person",
    ),
    "isAggregateExcludeShares": (
        "Check if the Aggregate Amount in Row ({0}) Excludes Certain Shares (See Instructions)",
        "Check box if the aggregate amount in Row ({0}) excludes certain shares*",
        "Check Box if the Aggregate Amount in Row {0} Excludes Certain Shares",
        "Check box if the aggregate amount in row ({0}) excludes certain shares (See Instructions)",
    ),
    "percentOfClass": (
        "Percent of Class Represented by Amount in Row ({0})",
        "Percent of class represented by amount in row ({0})",
        "Percent of Class Represented by Amount in Row {0}",
    ),
    "typeOfReportingPerson": (
        "Type of Reporting Person (See Instructions)", "Type of Reporting Person*",
        "Type of Reporting Person", "Type of reporting person (See Instructions)",
    ),
}  # fmt: skip
"""Captions of a cover page's rows by tag; `{0}` is the number of the row of the aggregate."""
ROWS_13G = (
    "reportingPersonName", "memberOfGroup", "secUseOnly", "citizenshipOrOrganization",
    "soleVotingPower", "sharedVotingPower", "soleDispositivePower", "sharedDispositivePower",
    "aggregateAmountOwned", "isAggregateExcludeShares", "percentOfClass", "typeOfReportingPerson",
)  # fmt: skip
ROWS_13D = (*ROWS_13G[:3], "fundType", "legalProceedings", *ROWS_13G[3:])
POWERS = ROWS_13G[4:8]
OWNED_BY = (
    "Number of Shares Beneficially Owned by Each Reporting Person With",
    "Number of Shares Beneficially Owned by Each Reporting Person With:",
    "Number of shares beneficially owned by each reporting person with:",
    "Number of Shares Beneficially by Owned by Each Reporting Person With",
)
COMMISSION = ("UNITED STATES", "SECURITIES AND EXCHANGE COMMISSION")
CITY = ("Washington, D.C. 20549", "WASHINGTON, D.C. 20549", "Washington, DC 20549")
UNDER_ACT = (
    "Under the Securities Exchange Act of 1934",
    "UNDER THE SECURITIES EXCHANGE ACT OF 1934",
)
CAPTION_ISSUER = ("Name of Issuer", "NAME OF ISSUER", "Name of issuer")
CAPTION_CLASS = ("Title of Class of Securities", "TITLE OF CLASS OF SECURITIES",
                 "Title of class of securities")  # fmt: skip
CAPTION_CUSIP = ("CUSIP Number", "CUSIP NUMBER", "CUSIP No.", "Cusip Number")
CAPTION_EVENT = (
    "Date of Event Which Requires Filing of this Statement",
    "Date of Event which Requires Filing of this Statement",
    "DATE OF EVENT WHICH REQUIRES FILING OF THIS STATEMENT",
    "Date of event which requires filing of this statement",
)
CAPTION_NOTICE = (
    "Name, Address and Telephone Number of Person Authorized to Receive Notices and Communications",
    "Name, address and telephone number of person authorized to receive notices and communications",
    "NAME, ADDRESS AND TELEPHONE NUMBER OF PERSON AUTHORIZED TO RECEIVE NOTICES AND COMMUNICATIONS",
)
RULES_ASKED = (
    "Check the appropriate box to designate the rule pursuant to which this Schedule is filed:",
    "Check the appropriate box to designate the rule pursuant to which this Schedule is filed",
    "Check the following box to designate the rule pursuant to which this Schedule is filed:",
)
PREVIOUSLY = (
    "If the filing person has previously filed a statement on Schedule 13G to report the "
    "acquisition that is the subject of this Schedule 13D, and is filing this schedule because of "
    "{0}, check the following box {1}",
    "If the filing person has previously filed a statement on Schedule 13G to report the "
    "acquisition which is the subject of this Schedule 13D, and is filing this schedule because of "
    "{0}, check the following box. {1}",
)
PREVIOUS_RULES = (
    "§§ 240.13d-1(e), 240.13d-1(f) or 240.13d-1(g)", "Rule 13d-1(e), 13d-1(f) or 13d-1(g)",
    "Rule 13d-1(b)(3) or (4)", "§§240.13d-1(e), 240.13d-1(f) or 240.13d-1(g)",
)  # fmt: skip
PAPER_COPIES = (
    "Schedules filed in paper format shall include a signed original and five copies of the "
    "schedule, including all exhibits. See Rule 13d-7 for other parties to whom copies are to be "
    "sent.",
    "Schedules filed in paper format shall include a signed original and five copies of the "
    "schedule, including all exhibits. See § 240.13d-7 for other parties to whom copies are to be "
    "sent.",
)
REMAINDER = (
    "The remainder of this cover page shall be filled out for a reporting person's initial filing "
    "on this form with respect to the subject class of securities, and for any subsequent "
    "amendment containing information which would alter disclosures provided in a prior cover "
    "page.",
    "The remainder of this cover page shall be filled out for a reporting person’s initial filing "
    "on this form with respect to the subject class of securities, and for any subsequent "
    "amendment containing information which would alter the disclosures provided in a prior cover "
    "page.",
)
NOT_FILED = (
    "The information required in the remainder of this cover page shall not be deemed to be "
    "“filed” for the purpose of Section 18 of the Securities Exchange Act of 1934 (“Act”) or "
    "otherwise subject to the liabilities of that section of the Act but shall be subject to all "
    "other provisions of the Act (however, see the Notes).",
    "The information required on the remainder of this cover page shall not be deemed to be "
    "'filed' for the purpose of Section 18 of the Securities Exchange Act of 1934 or otherwise "
    "subject to the liabilities of that section of the Act but shall be subject to all other "
    "provisions of the Act (however, see the Notes).",
)
CERTIFIED = (
    "After reasonable inquiry and to the best of my knowledge and belief, I certify that the "
    "information set forth in this statement is true, complete and correct.",
    "After reasonable inquiry and to the best of its knowledge and belief, each of the "
    "undersigned certifies that the information set forth in this statement is true, complete and "
    "correct.",
    "After reasonable inquiry and to the best of the undersigned’s knowledge and belief, the "
    "undersigned certifies that the information set forth in this statement is true, complete and "
    "correct.",
)
JOINTLY = (
    "In accordance with Rule 13d-1(k) under the Securities Exchange Act of 1934, as amended, the "
    "undersigned hereby agree to the joint filing on behalf of each of them of a statement on "
    "Schedule {0} (including amendments thereto) with respect to the {1} of {2} and further agree "
    "that this agreement be included as an exhibit to such joint filing.",
    "The undersigned acknowledge and agree that the foregoing statement on Schedule {0} is filed "
    "on behalf of each of the undersigned and that all subsequent amendments to this statement on "
    "Schedule {0} shall be filed on behalf of each of the undersigned without the necessity of "
    "filing additional joint acquisition statements. The undersigned acknowledge that each shall "
    "be responsible for the timely filing of such amendments, and for the completeness and "
    "accuracy of the information concerning him, her or it contained therein, but shall not be "
    "responsible for the completeness and accuracy of the information concerning the others.",
    "Pursuant to Rule 13d-1(k)(1) the undersigned agree that the Schedule {0} to which this "
    "exhibit is attached, relating to the {1} of {2}, is filed on behalf of each of them.",
)
"""`{0}` is the schedule's name, `{1}` the class of securities, `{2}` the issuer."""
INSTITUTIONS = (
    ("BD", "Broker or dealer registered under section 15 of the Act (15 U.S.C. 78o);"),
    ("BK", "Bank as defined in section 3(a)(6) of the Act (15 U.S.C. 78c);"),
    ("IC", "Insurance company as defined in section 3(a)(19) of the Act (15 U.S.C. 78c);"),
    ("IV", "Investment company registered under section 8 of the Investment Company Act of 1940 "
           "(15 U.S.C. 80a-8);"),
    ("IA", "An investment adviser in accordance with §240.13d-1(b)(1)(ii)(E);"),
    ("EP", "An employee benefit plan or endowment fund in accordance with "
           "§240.13d-1(b)(1)(ii)(F);"),
    ("HC", "A parent holding company or control person in accordance with "
           "§240.13d-1(b)(1)(ii)(G);"),
    ("SA", "A savings association as defined in Section 3(b) of the Federal Deposit Insurance Act "
           "(12 U.S.C. 1813);"),
    ("CP", "A church plan that is excluded from the definition of an investment company under "
           "section 3(c)(14) of the Investment Company Act of 1940 (15 U.S.C. 80a-3);"),
    ("FI", "A non-U.S. institution in accordance with §240.13d-1(b)(1)(ii)(J);"),
    ("OO", "Group, in accordance with §240.13d-1(b)(1)(ii)(K)."),
)  # fmt: skip
"""Item 3 of Schedule 13G since 2010, (a) to (k)."""
SHORT_INSTITUTIONS = {
    "BD": "Broker or Dealer registered under Section 15 of the Act",
    "BK": "Bank as defined in section 3(a)(6) of the Act",
    "IC": "Insurance Company as defined in section 3(a)(19) of the Act",
    "IV": "Investment Company registered under section 8 of the Investment Company Act",
    "IA": "Investment Adviser registered under section 203 of the Investment Advisers Act of 1940",
    "EP": "Employee Benefit Plan, Pension Fund which is subject to the provisions of the Employee "
          "Retirement Income Security Act of 1974 or Endowment Fund",
    "HC": "Parent Holding Company, in accordance with Rule 13d-1(b)(ii)(G)",
    "SA": "Savings association",
    "CP": "Church plan",
    "FI": "Non-U.S. institution",
    "OO": "Group, in accordance with Rule 13d-1(b)(1)(ii)(H)",
}  # fmt: skip
ITEM_3 = (
    "If this statement is filed pursuant to §§ 240.13d-1(b), or 240.13d-2(b) or (c), check whether "
    "the person filing is a:",
    "If this statement is filed pursuant to Rules 13d-1(b), or 13d-2(b) or (c), check whether the "
    "person filing is a:",
    "If this statement is filed pursuant to Rule 13d-1(b), or 13d-2(b), check whether the person "
    "filing is a:",
)
ITEM_4_ASKED = (
    "Provide the following information regarding the aggregate number and percentage of the class "
    "of securities of the issuer identified in Item 1."
)
CEASED = (
    "If this statement is being filed to report the fact that as of the date hereof the reporting "
    "person has ceased to be the beneficial owner of more than five percent of the class of "
    "securities, check the following {0}",
    "If this statement is being filed to report the fact that as of the date hereof the reporting "
    "person has ceased to be the beneficial owner of more than 5 percent of the class of "
    "securities, check the following {0}.",
)
ITEMS_13G: dict[int, tuple[str, ...]] = {
    4: ("Ownership.", "Ownership", "Ownership:"),
    5: ("Ownership of Five Percent or Less of a Class.", "Ownership of Five Percent or Less of a "
        "Class", "Ownership of 5 Percent or Less of a Class."),
    6: ("Ownership of More than Five Percent on Behalf of Another Person.",
        "Ownership of More Than Five Percent on Behalf of Another Person"),
    7: ("Identification and Classification of the Subsidiary Which Acquired the Security Being "
        "Reported on By the Parent Holding Company.",
        "Identification and Classification of the Subsidiary Which Acquired the Security Being "
        "Reported on by the Parent Holding Company or Control Person."),
    8: ("Identification and Classification of Members of the Group.",
        "Identification and Classification of Members of the Group"),
    9: ("Notice of Dissolution of Group.", "Notice of Dissolution of Group"),
    10: ("Certification.", "Certifications.", "Certification"),
}  # fmt: skip
ITEMS_13D: dict[int, tuple[str, ...]] = {
    1: ("Security and Issuer.", "Security and Issuer"),
    2: ("Identity and Background.", "Identity and Background"),
    3: ("Source and Amount of Funds or Other Consideration.",
        "Source and Amount of Funds or Other Consideration", "Source and Amount of Funds."),
    4: ("Purpose of Transaction.", "Purpose of the Transaction.", "Purpose of Transaction"),
    5: ("Interest in Securities of the Issuer.", "Interest in Securities of the Issuer"),
    6: ("Contracts, Arrangements, Understandings or Relationships with Respect to Securities of "
        "the Issuer.", "Contracts, Arrangements, Understandings or Relationships With Respect to "
        "Securities of the Issuer"),
    7: ("Material to be Filed as Exhibits.", "Materials to Be Filed as Exhibits",
        "Material to Be Filed as Exhibits"),
}  # fmt: skip
ITEM_2_13G = (
    ("item2.filingPersonName", ("Name of Person Filing", "Names of Persons Filing",
                                "Name of Person(s) Filing")),
    ("item2.address", ("Address of Principal Business Office or, if none, Residence",
                       "Address of Principal Business Office or, if None, Residence",
                       "Address of Principal Business Office")),
    ("item2.citizenship", ("Citizenship", "Citizenship or Place of Organization")),
)  # fmt: skip
ITEM_4_PARTS = (
    ("item4.amount", ("Amount beneficially owned", "Amount Beneficially Owned")),
    ("item4.percent", ("Percent of class", "Percent of Class")),
    ("item4.soleVote", ("Sole power to vote or to direct the vote",
                        "sole power to vote or direct the vote",
                        "Sole power to vote or to direct the vote of the securities",
                        "sole power to vote or to direct the vote of such number of shares as is "
                        "set forth beside the name of each reporting person")),
    ("item4.sharedVote", ("Shared power to vote or to direct the vote",
                          "shared power to vote or direct the vote",
                          "Shared power to vote or to direct the vote of the securities")),
    ("item4.soleDispose", ("Sole power to dispose or to direct the disposition of",
                           "sole power to dispose or direct the disposition",
                           "Sole power to dispose or to direct the disposition of the securities "
                           "beneficially owned by such person",
                           "sole power to dispose or to direct the disposition of")),
    ("item4.sharedDispose", ("Shared power to dispose or to direct the disposition of",
                             "shared power to dispose or direct the disposition",
                             "Shared power to dispose or to direct the disposition of the "
                             "securities beneficially owned by such person")),
)  # fmt: skip
ITEM_2_13D = (
    ("item2.filingPersonName", "Name"), ("item2.address", "Residence or business address"),
    ("item2.principalJob", "Present principal occupation"),
    ("item2.hasBeenConvicted", "Criminal convictions"),
    ("item2.convictionDescription", "Civil proceedings"), ("item2.citizenship", "Citizenship"),
)  # fmt: skip
ITEM_5_13D = (
    ("item5.percentageOfClassSecurities", "Aggregate number and percentage"),
    ("item5.numberOfShares", "Voting and dispositive power"),
    ("item5.transactionDesc", "Transactions within the past 60 days"),
    ("item5.listOfShareholders", "Certain rights of other persons"),
    ("item5.date5PercentOwnership", "Date ceased to be a 5% owner"),
)  # fmt: skip
