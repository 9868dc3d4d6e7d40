"""Real structured Schedules on the SEC's own page: what was filed, to the letter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from eval.schedule_sheet import ScheduleSetting, ScheduleSheet
from eval.schedule_xml import FiledSchedule
from eval.templates_schedule import PrintJob
from eval.templates_schedule_sec import edgar_page, edgar_signature

LONG_TEXTS = ".item tr{break-inside:auto}"
"""Items of several pages begin below the item before them."""


@dataclass
class FiledSheet(ScheduleSheet):
    """A filed Schedule to be printed."""

    schedule: FiledSchedule

    def person(self, tag: str, text: str, index: int, after: str = "") -> str:
        """What was filed for the cover page, whatever may have been worked out, and no more."""
        return self.filed(tag, index)

    def filed(self, tag: str, index: int = 1) -> str:
        """What was filed at a tag, labelled."""
        return self.say(tag, self.schedule.said.get((tag, index), ""), index)


def lay_out_filed(schedule: FiledSchedule, setting: ScheduleSetting) -> PrintJob:
    """The labelled document of a filing as it was filed."""
    persons = range(1, len(schedule.persons) + 1)
    notes = tuple(schedule.said.get(("coverComment", index), "") for index in persons)
    sheet = FiledSheet(
        schedule, setting, schedule.truth, schedule.items, notes, (True,) * len(notes)
    )
    count = max(schedule.count("signatureReportingPerson"), schedule.count("signature"))
    signs = "".join(_signature(sheet, index) for index in range(1, count + 1))
    comment = sheet.filed("signatureComment")
    if comment:
        signs += f"<p><b>Comments accompanying signature:</b> {comment}</p>"
    body = edgar_page(sheet, _notices(sheet), signs, LONG_TEXTS)
    style = f"<style>@page{{size:letter;margin:{setting.margin}in}}</style>"
    head = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{style}</head>'
    return PrintJob(f"{head}<body>{body}</body></html>", {}, sheet)


def _signature(sheet: FiledSheet, index: int) -> str:
    name, mark, title, dated = (
        sheet.filed(tag, index)
        for tag in ("signatureReportingPerson", "signature", "signatureTitle", "signatureDate")
    )
    return edgar_signature(sheet, name, mark, title, dated)


def _notices(sheet: FiledSheet) -> list[str]:
    """Name, address and number of each of those to be notified, line by line."""
    lines = []
    for index in range(1, sheet.schedule.count("noticeName") + 1):
        say = partial(sheet.filed, index=index)
        last = ", ".join(filter(None, map(say, ("noticeCity", "noticeState", "noticeZipCode"))))
        lines += [say("noticeName"), say("noticeStreet1"), say("noticeStreet2"), last]
        lines.append(say("noticePhone"))
    return [line for line in lines if line]
