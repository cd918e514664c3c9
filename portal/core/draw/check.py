"""Computes a draw again from its list. Needs Python 3 and nothing else: python3 draw.py list.json"""

import hashlib
import json
import sys
from pathlib import Path


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def check(name: str) -> bool:
    draw = json.loads(Path(name).read_text(encoding="utf-8"))
    rows, terms, value = sorted(draw["entries"], key=lambda row: row["id"]), draw["terms"], draw["value"]
    listed = [terms, [[row["id"], row["salt"], row["later"]] for row in rows]]
    found = sha(json.dumps(listed, sort_keys=True, separators=(",", ":")))
    right = {f"The list ({len(rows)} entries) has the hash {draw['list_hash']}": found == draw["list_hash"]}
    if value and terms["method"] == "mixed":
        salts = [row["salt"] for row in rows]
        right[f"The secret has the hash {terms['secret_hash']}"] = sha(draw["secret"]) == terms["secret_hash"]
        right[f"Secret and salts give the value {value}"] = sha("|".join([draw["secret"], *salts])) == value
    if value:
        order = sorted(rows, key=lambda row: (row["later"], sha(f"{value}|{row['id']}")))
        right[f"The value {value} gives this order"] = all(
            row["place"] == place for place, row in enumerate(order, 1)
        )
    for sentence, is_right in right.items():
        sys.stdout.write(f"{'yes' if is_right else 'NO '}  {sentence}\n")
    return all(right.values())


if __name__ == "__main__":
    is_right = check(sys.argv[1])
    last_words = "OK. Compare the hashes with those on the page." if is_right else "This list was changed."
    sys.stdout.write(f"{last_words}\n")
    sys.exit(not is_right)
