"""Counts a naming contest again. Needs Python 3 and nothing else: python3 recount.py rules.json tally.json"""

import hashlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any


def sha(thing: object) -> str:
    text = thing if isinstance(thing, str) else json.dumps(thing, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check(rules: dict[str, Any], tally: dict[str, Any]) -> dict[str, bool]:
    names, ballots = sorted(tally["entries"], key=lambda row: row["id"]), sorted(tally["ballots"])
    rules_hash, tally_hash, most = tally["rules_hash"], tally["tally_hash"], rules["votes"]
    listed = {"rules_hash": sha(rules), "removed": tally["removed"], "ballots": ballots}
    listed["entries"] = [[row["id"], row["at"], row["words_hash"]] for row in names]
    votes = Counter(choice for _, chosen in ballots for choice in chosen)
    order = sorted(names, key=lambda row: (-votes[row["id"]], row["at"], row["id"]))
    sys.stdout.writelines(f"{votes[row['id']]:6}  {row['words'] or row['id']}\n" for row in order)
    as_sent = [sha(row["words"]) == row["words_hash"] for row in names if row["words"]]
    fair = [len(set(chosen)) == len(chosen) <= most for _, chosen in ballots]
    counted = [(row["place"], row["votes"]) == (at, votes[row["id"]]) for at, row in enumerate(order, 1)]
    return {
        f"The rules have the hash {rules_hash}": sha(rules) == rules_hash,
        f"{len(ballots)} ballots and all names have the hash {tally_hash}": sha(listed) == tally_hash,
        "The names read as they were submitted": all(as_sent),
        "No ballot is there twice": len(ballots) == len(dict(ballots)),
        f"No ballot has more than {most} votes": all(fair),
        "These votes and places follow from the ballots": all(counted),
    }


if __name__ == "__main__":
    right = check(*(json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3]))
    sys.stdout.writelines(f"{'yes' if good else 'NO '}  {sentence}\n" for sentence, good in right.items())
    same = all(right.values())
    sys.stdout.write("OK. Compare the hashes with the page.\n" if same else "Something was changed.\n")
    sys.exit(not same)
