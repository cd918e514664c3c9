"""Verbs of the story wall, by noun. They flush and never commit; ``by`` is the viewer who acts."""

from portal.stories.services.announcing import announce
from portal.stories.services.comments import (
    add_comment,
    answer_story,
    approve_comment,
    delete_comment,
    hide_comment,
    restore_comment,
)
from portal.stories.services.drafts import draft_of, save_draft
from portal.stories.services.featuring import expire_pins, feature_story, pin_news, publish_news
from portal.stories.services.indexing import (
    end_step,
    index_again,
    index_anew,
    next_step,
    overdue_renamings,
)
from portal.stories.services.members_only import keep_for_members, open_to_all
from portal.stories.services.photos import (
    add_photo,
    describe_photo,
    move_photo_by,
    refresh_photos,
    remove_photo,
    retry_photo,
)
from portal.stories.services.publication import (
    approve_story,
    complete_story,
    delete_story,
    edit_story,
    hide_story,
    restore_story,
    submit_story,
)
from portal.stories.services.reactions import set_reaction
from portal.stories.services.reply_clock import ask_greeters
from portal.stories.services.tags import (
    cancel_prompt,
    drop_theme,
    move_theme,
    schedule_prompt,
    set_theme,
)
from portal.stories.services.weeks import choose_story_of_week, take_back_story_of_week

__all__ = [
    "add_comment",
    "add_photo",
    "announce",
    "answer_story",
    "approve_comment",
    "approve_story",
    "ask_greeters",
    "cancel_prompt",
    "choose_story_of_week",
    "complete_story",
    "delete_comment",
    "delete_story",
    "describe_photo",
    "draft_of",
    "drop_theme",
    "edit_story",
    "end_step",
    "expire_pins",
    "feature_story",
    "hide_comment",
    "hide_story",
    "index_again",
    "index_anew",
    "keep_for_members",
    "move_photo_by",
    "move_theme",
    "next_step",
    "open_to_all",
    "overdue_renamings",
    "pin_news",
    "publish_news",
    "refresh_photos",
    "remove_photo",
    "restore_comment",
    "restore_story",
    "retry_photo",
    "save_draft",
    "schedule_prompt",
    "set_reaction",
    "set_theme",
    "submit_story",
    "take_back_story_of_week",
]
