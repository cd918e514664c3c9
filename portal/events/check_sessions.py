"""Computes again who got which session. Needs Python 3 and nothing else. Check the list first with draw.py, then:

python3 check_sessions.py list.json sessions.json
"""

import json
import sys
from pathlib import Path
from typing import Any


def assign(draw: dict[str, Any]) -> dict[str, dict[str, str]]:
    """In rounds: each entry, in the drawn order, gets its dearest wish that has room for all of it and goes together with
    what it has; one a round, until a round gives nothing. What fell once never comes back."""
    facts = draw["terms"]["facts"]
    order = [row["id"] for row in sorted(draw["entries"], key=lambda row: row["place"])]
    left = {name: row["places"] for name, row in facts["sessions"].items()}
    far = {frozenset(pair) for pair in facts["clashes"]}
    said: dict[str, dict[str, str]] = {entry: {} for entry in order}
    given = 1
    while given:
        given = 0
        for entry in order:
            for wish in facts["wishes"][entry]:
                if wish in said[entry]:
                    continue
                has = [name for name, what in said[entry].items() if what == "won"]
                if any(frozenset((wish, name)) in far for name in has):
                    said[entry][wish] = "clash"
                elif left[wish] < facts["people"][entry]:
                    said[entry][wish] = "full"
                else:
                    said[entry][wish] = "won"
                    left[wish] -= facts["people"][entry]
                    given += 1
                    break
    return said


def check(list_name: str, given_name: str) -> bool:
    draw = json.loads(Path(list_name).read_text(encoding="utf-8"))
    given = json.loads(Path(given_name).read_text(encoding="utf-8"))
    found = assign(draw)
    for entry, said in given.items():  # "gone": the session itself was cancelled after the list froze
        said.update({name: found.get(entry, {}).get(name) for name, what in said.items() if what == "gone"})
    wrong = [entry for entry in sorted({*found, *given}) if found.get(entry) != given.get(entry)]
    for entry in wrong:
        sys.stdout.write(f"NO   {entry} should have {found.get(entry)} and has {given.get(entry)}\n")
    right = len(found) - len([entry for entry in wrong if entry in found])
    sys.stdout.write(f"{right} of {len(found)} entries have what the list and the order give them.\n")
    return not wrong


if __name__ == "__main__":
    is_right = check(sys.argv[1], sys.argv[2])
    sys.stdout.write("OK.\n" if is_right else "This is NOT what the draw gives.\n")
    sys.exit(not is_right)
