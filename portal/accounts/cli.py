"""Staff and accounts from the command line: the first owner is made here."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from portal.accounts import jobs, queries, services
from portal.accounts.models import Role
from portal.accounts.rules import LONGEST_NAME, clean_name, normalised_email
from portal.accounts.services import gone
from portal.core.db import transaction
from portal.core.errors import DomainError
from portal.core.links import absolute

staff = AppGroup("staff", help="Who works here.")
accounts = AppGroup("accounts", help="Accounts of members.")

ROLES = click.Choice([role.value for role in Role])


@staff.command("add")
@click.argument("email")
@click.option("--role", type=ROLES, default=Role.OWNER.value, show_default=True)
@click.option("--name", default="", help="The name that others see; made from the address when left out.")
def add(email: str, role: str, name: str) -> None:
    """Give EMAIL a role. Without an account one is made, and a link to choose a password is printed."""
    try:
        address = normalised_email(email)
        shown = clean_name(name or _name_from(address))
        with transaction():
            member = queries.find_member_by_email(address)
            if member is None:
                member = services.make_member(address, display_name=shown, source="staff")
            given = services.grant_role(member, Role(role), by=None)
            link = "" if member.password_hash else services.make_reset_link(member)
            said = f"{member.display_name} <{address}> {'is' if given else 'was already'} {role}."
    except DomainError as error:
        raise click.ClickException(error.message) from None
    click.echo(said)
    if link:
        click.echo(f"To choose a password, open this within 24 hours (it works once):\n{absolute(link)}")


def _name_from(address: str) -> str:
    """Until they choose their own: what stands before the @, as far as a name may hold it."""
    return address.partition("@")[0].replace(".", " ")[:LONGEST_NAME]


@staff.command("list")
def show() -> None:
    """Everyone with a role."""
    people = queries.staff()
    for member, roles in people:
        click.echo(
            f"{member.number:>6}  {member.display_name} <{member.email or member.phone}>  {', '.join(roles)}"
        )
    if not people:
        click.echo("Nobody yet. Make the first owner: flask staff add EMAIL --role owner")


@accounts.command("erase-again")
def erase_again() -> None:
    """After a backup was put back: erase whoever had been erased since. Exit code 1 when somebody is left."""
    folder = current_app.config["PORTAL"].data_dir
    back = gone.came_back(folder)
    for member_id in back:
        with transaction():
            gone.let_go(member_id)
        jobs.erase_member(member_id)
    left = gone.came_back(folder)
    click.echo(f"{len(back) - len(left)} accounts erased again.")
    if left:
        click.echo(f"{len(left)} not: the only owner stays until there is another. Run it once more then.")
        raise SystemExit(1)
