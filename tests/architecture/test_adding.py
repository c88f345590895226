"""What docs/adding.md promises: an event is one class, a notice one file, and everything takes few steps."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.events.kinds import EVENTS
from app.domain.notifications.kinds import NOTICES
from tests.architecture.tree import python_files, relative
from tests.support.run_directory import REPOSITORY

STEPS_MAX = 5
FILES_MAX = 2
ADDING = (REPOSITORY / "docs/adding.md").read_text()
SECTIONS = dict(re.findall(r"^## An? (.+?)\n(.*?)(?=^## |\Z)", ADDING, re.MULTILINE | re.DOTALL))
NEW_EVENT = """

@dataclass(frozen=True, slots=True, kw_only=True)
class NameRead(PersonData):
    kind: ClassVar[str] = "name_read"
    reader: str
"""
NEW_NOTICE = """
from app.domain.events.kinds.accounts import NameRead
from app.domain.notifications.rules import Notice, NoticeTexts, notice_rule, one_person
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=1000,
    title=N_("Your name"),
    explanation=N_("Somebody read your name."),
    told=(notice_rule(NameRead, lambda event: one_person(event.user_id)),),
    words=NoticeTexts(
        N_("Your name was read"), N_("%(reader)s read it."), PageTarget.SECURITY, N_("Your security settings")
    ),
)
"""
LOOK = """
from app.domain.events.kinds import EVENTS
from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.models import Notification
from app.domain.notifications.queries import switchable
from app.web.notice_words import notice_texts

assert EVENTS["name_read"].from_json({"user_id": 1, "reader": "Bo"}).reader == "Bo"
assert any(kind == "name_read" for kind, _, _ in switchable())
assert notice_texts(NOTICES["name_read"].words, {"reader": "Bo"}).sentence == "Bo read it."
Notification.__table__.c.kind.type.process_bind_param("name_read", None)
"""


@pytest.mark.parametrize("what", ["event", "notice", "job", "permission", "staff page"])
def test_adding_takes_few_steps_and_few_files(what: str) -> None:
    section = SECTIONS[what]
    steps = re.findall(r"^\d+\. ", section, re.MULTILINE)
    (files,) = re.findall(r"Files?: (.*?)(?:\.\s*\n|\.$)", section, re.DOTALL | re.MULTILINE)
    assert 0 < len(steps) <= STEPS_MAX
    assert 0 < files.count("`app/") <= FILES_MAX


def test_a_class_is_a_new_event_and_a_file_a_new_notice(tmp_path: Path) -> None:
    for package in ("app", "local_braintree"):
        ignored = shutil.ignore_patterns("__pycache__", "static")
        shutil.copytree(REPOSITORY / package, tmp_path / package, ignore=ignored)
    shutil.copy(REPOSITORY / "config.py", tmp_path)
    with (tmp_path / "app/domain/events/kinds/accounts.py").open("a") as module:
        module.write(NEW_EVENT)
    (tmp_path / "app/domain/notifications/kinds/name_read.py").write_text(NEW_NOTICE)
    subprocess.run([sys.executable, "-c", LOOK], cwd=tmp_path, env={}, check=True, timeout=60)  # noqa: S603 - words of our own


def test_no_other_module_names_a_kind_of_notice_or_event() -> None:
    kinds = {f'"{kind}"' for kind in {*NOTICES, *EVENTS}}
    naming = {
        (relative(path), kind)
        for path in python_files("app")
        if "/kinds/" not in relative(path)
        for kind in kinds & set(re.findall(r'"\w+"', path.read_text()))
    }
    # Whoever ticks the box at sign-up switches this kind on. The others are words of other vocabularies.
    assert {one for one in naming if one[0].startswith(("app/domain/notifications", "app/web/notification"))} == {
        ("app/domain/notifications/service/preferences.py", '"product_news"')
    }
