"""Computes a draw again from its list. Needs Python 3 and nothing else: python3 draw.py list.json"""

import hashlib
import json
import sys
from pathlib import Path


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


draw = json.loads(Path(sys.argv[1]).read_bytes())
told, terms, rows = draw["terms"] | draw, draw["terms"], sorted(draw["entries"], key=lambda row: row["id"])
listed = [terms, [[row["id"], row["salt"], row["later"]] for row in rows]]
text = json.dumps(listed, sort_keys=True, separators=(",", ":"))
computed = {"list_hash": sha(text), "value": draw["value"]}
if draw["value"] and terms["method"] == "mixed":
    computed["secret_hash"] = sha(draw["secret"])
    computed["value"] = sha("|".join([draw["secret"], *(row["salt"] for row in rows)]))
if draw["value"]:
    rows.sort(key=lambda row: (row["later"], sha(f"{draw['value']}|{row['id']}")))
    computed["order"] = [row["id"] for row in rows]
    told["order"] = [row["id"] for row in sorted(rows, key=lambda row: row["place"])]
wrong = [name for name in computed if computed[name] != told[name]]
sys.stdout.writelines(f"{name} {value}\n" for name, value in computed.items())
sys.stdout.write(f"Changed: {', '.join(wrong)}\n" if wrong else "OK. Compare the hashes with the page.\n")
sys.exit(bool(wrong))
