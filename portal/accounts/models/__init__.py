"""The tables of people."""

from portal.accounts.models.choices import Consent, DataPackage, Distance, DistanceKind, PackageState
from portal.accounts.models.house import JoinSource, Role, SourceKind, StaffInvitation, StaffNote, StaffRole
from portal.accounts.models.keys import AccountSession, CodePurpose, KeptText, OneTimeCode, Throttle
from portal.accounts.models.people import Calendar, Gender, Member, MemberNumbers, MemberState

__all__ = [
    "AccountSession",
    "Calendar",
    "CodePurpose",
    "Consent",
    "DataPackage",
    "Distance",
    "DistanceKind",
    "Gender",
    "JoinSource",
    "KeptText",
    "Member",
    "MemberNumbers",
    "MemberState",
    "OneTimeCode",
    "PackageState",
    "Role",
    "SourceKind",
    "StaffInvitation",
    "StaffNote",
    "StaffRole",
    "Throttle",
]
