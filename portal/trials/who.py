"""Computes again who was drawn for a trial. Needs Python 3 and nothing else: python3 who.py list.json"""

import hashlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def check(draw: dict[str, Any]) -> dict[str, bool]:
    terms, value, rows = draw["terms"], draw["value"], sorted(draw["entries"], key=lambda row: row["id"])
    listed = [terms, [[row["id"], row["salt"], row["later"]] for row in rows]]
    same = sha(json.dumps(listed, sort_keys=True, separators=(",", ":"))) == draw["list_hash"]
    right = {f"The list ({len(rows)} entries) has the hash {draw['list_hash']}": same}
    if value and same:
        order = sorted((row["id"] for row in rows), key=lambda one: sha(f"{value}|{one}"))
        facts, people, won = terms["facts"], terms["facts"]["people"], list[str]()
        seats, most, has = facts["seats"], facts["region_most"] or float("inf"), Counter(facts["region_has"])
        first_timers = [one for one in order if people[one]["newcomer"]]
        for turn, until in (first_timers, min(facts["for_newcomers"], seats)), (order, seats):
            for one in turn:
                if len(won) < until and has[people[one]["region"]] < most and one not in won:
                    has[people[one]["region"]] += 1
                    won.append(one)
        later = [one for one in order if one not in won]
        places = {one: place for place, one in enumerate(order, 1)}
        right[f"The value {value} gives this order"] = all(row["place"] == places[row["id"]] for row in rows)
        right[f"These have a seat: {' '.join(won)}"] = won == draw["won"]
        right[f"{len(later)} substitutes follow in this order"] = later == draw["substitutes"]
    return right


if __name__ == "__main__":
    right = check(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    sys.stdout.writelines(f"{'yes' if good else 'NO '}  {sentence}\n" for sentence, good in right.items())
    same = all(right.values())
    sys.stdout.write("OK. Compare the hash with the page.\n" if same else "This list was changed.\n")
    sys.exit(not same)
