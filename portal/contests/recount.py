"""Counts a naming contest again. Needs Python 3 and nothing else: python3 recount.py rules.json tally.json"""

import hashlib
import json
import sys
from collections import Counter
from pathlib import Path


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


rules, tally = (Path(name).read_bytes() for name in sys.argv[1:3])
told, most = json.loads(tally), json.loads(rules)["votes"]
ballots = [[receipt, sorted(set(of))[:most]] for receipt, of in sorted(dict(told["ballots"]).items())]
votes = Counter(choice for _receipt, chosen in ballots for choice in chosen)
order = sorted(told["entries"], key=lambda row: (-votes[row["id"]], row["at"], row["id"]))
words = {row["id"]: sha(row["words"].encode()) if row["words"] else row["words_hash"] for row in order}
listed = {"rules_hash": sha(rules), "removed": told["removed"], "ballots": ballots}
listed["entries"] = sorted([row["id"], row["at"], words[row["id"]]] for row in order)
tally_hash = sha(json.dumps(listed, sort_keys=True, separators=(",", ":")).encode())
entries = [row | {"votes": votes[row["id"]], "place": place} for place, row in enumerate(order, 1)]
computed = {"rules_hash": sha(rules), "tally_hash": tally_hash, "ballots": ballots, "entries": entries}
wrong = [name for name in computed if computed[name] != told[name]]
sys.stdout.writelines(f"{row['votes']:6}  {row['words'] or row['id']}\n" for row in entries)
sys.stdout.write(f"rules_hash {sha(rules)}\ntally_hash {tally_hash}\n")
sys.stdout.write(f"Changed: {', '.join(wrong)}\n" if wrong else "OK. Compare the hashes with the page.\n")
sys.exit(bool(wrong))
