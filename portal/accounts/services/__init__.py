"""Verbs on accounts. They flush and never commit; hashing passwords has been done before the transaction."""

from portal.accounts.services.arrivals import Arrival, arrive, make_member, reset_password
from portal.accounts.services.codes import (
    begin_sign_up,
    find_code,
    find_link,
    make_reset_link,
    send_again,
    send_reset_code,
    send_sign_in_code,
    try_code,
)
from portal.accounts.services.profiles import (
    choose_language,
    hide_profile,
    profile_state,
    receive_avatar,
    remove_avatar,
    restore_profile,
    show_profile,
    update_profile,
    use_avatar,
)
from portal.accounts.services.sessions import (
    change_password,
    close_other_sessions,
    close_session,
    note_presence,
    open_session,
    renew_hash,
    revoke_session,
)
from portal.accounts.services.sources import recognised
from portal.accounts.services.staff import grant_role, revoke_role
from portal.accounts.services.sweeping import discard_expired
from portal.accounts.services.waits import Kind, forgive, take_turn

__all__ = [
    "Arrival",
    "Kind",
    "arrive",
    "begin_sign_up",
    "change_password",
    "choose_language",
    "close_other_sessions",
    "close_session",
    "discard_expired",
    "find_code",
    "find_link",
    "forgive",
    "grant_role",
    "hide_profile",
    "make_member",
    "make_reset_link",
    "note_presence",
    "open_session",
    "profile_state",
    "receive_avatar",
    "recognised",
    "remove_avatar",
    "renew_hash",
    "reset_password",
    "restore_profile",
    "revoke_role",
    "revoke_session",
    "send_again",
    "send_reset_code",
    "send_sign_in_code",
    "show_profile",
    "take_turn",
    "try_code",
    "update_profile",
    "use_avatar",
]
