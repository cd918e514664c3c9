"""Computes again who was drawn for a trial. Needs Python 3 and nothing else: python3 who.py list.json"""

import json
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

draw = json.loads(Path(sys.argv[1]).read_bytes())
facts, rows, won = draw["terms"]["facts"], draw["entries"], list[str]()
listed = [draw["terms"], sorted([row["id"], row["salt"], row["later"]] for row in rows)]
text = json.dumps(listed, sort_keys=True, separators=(",", ":"))
computed: dict[str, object] = {"list_hash": sha256(text.encode()).hexdigest()}
if draw["value"]:
    people, has, most = facts["people"], Counter(facts["region_has"]), facts["region_most"] or float("inf")
    order = sorted(people, key=lambda one: sha256(f"{draw['value']}|{one}".encode()).digest())
    first_timers = [one for one in order if people[one]["newcomer"]]
    for turn, until in (first_timers, min(facts["for_newcomers"], facts["seats"])), (order, facts["seats"]):
        for one in turn:
            if len(won) < until and one not in won and has[people[one]["region"]] < most:
                has[people[one]["region"]] += 1
                won.append(one)
    draw["order"] = [row["id"] for row in sorted(rows, key=lambda row: row["place"])]
    computed |= {"order": order, "won": won, "substitutes": [one for one in order if one not in won]}
wrong = [name for name in computed if computed[name] != draw[name]]
sys.stdout.writelines(f"{name} {value}\n" for name, value in computed.items())
sys.stdout.write(f"Changed: {', '.join(wrong)}\n" if wrong else "OK. Compare the hash with the page.\n")
sys.exit(bool(wrong))
