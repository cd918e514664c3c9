"""``python -m tests.browser.small_demo``: the demo brand with a part of its stories, so that tests wait less.

Everything of which the demo shows one is still there: what waits, what was reported, what was edited, the news.
"""

from __future__ import annotations

from portal import create_app
from portal.demo import texts
from portal.stories.demo.wall import EDITED

ONE_OF = 8


def main() -> None:
    needed = {report.story for report in texts.REPORTS} | {EDITED}
    texts.STORIES = type(texts.STORIES)(
        story
        for place, story in enumerate(texts.STORIES)
        if place % ONE_OF == 0 or story.held or story.asks or story.key in needed
    )
    app = create_app()
    done = app.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 0, done.output


if __name__ == "__main__":
    main()
