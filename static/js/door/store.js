// What stays on the device. Two databases, because they end differently: the list of who comes holds names and goes with the
// sign-in; the queue of scans that wait holds codes alone and goes only when the house has them.

const LIST = "door-list";
const QUEUE = "door-queue";

function open(name) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => {
      if (name === LIST) asked.result.createObjectStore("all", { keyPath: "slug" });
      else asked.result.createObjectStore("all", { keyPath: "turn", autoIncrement: true });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
}

/** One request in a transaction of its own; resolves once it is stored for good. */
async function ask(name, mode, request) {
  const database = await open(name);
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction("all", mode, { durability: "strict" });
      const asked = request(transaction.objectStore("all"));
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export async function keepList(list) {
  localStorage.setItem(LIST, "kept");
  await ask(LIST, "readwrite", (all) => all.put(list));
}

/** The list of an event, unless its evening is over: those are forgotten. */
export async function listOf(slug) {
  const lists = (await ask(LIST, "readonly", (all) => all.getAll())) ?? [];
  const now = Date.now();
  for (const one of lists) if (one.until < now) await ask(LIST, "readwrite", (all) => all.delete(one.slug));
  return lists.find((one) => one.slug === slug && one.until >= now) ?? null;
}

export function forgetLists() {
  localStorage.removeItem(LIST);
  return new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(LIST);
    asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
  });
}

/** All that the house has not noted, in the order in which they were made. */
export const kept = async () => (await ask(QUEUE, "readonly", (all) => all.getAll())) ?? [];
/** What waits to be told. */
export const queued = async () => (await kept()).filter((one) => !one.refused);
/** What the house did not take: it waits for somebody who looks at it, and holds nothing up. */
export const refused = async () => (await kept()).filter((one) => one.refused);
export const enqueue = (scan) => ask(QUEUE, "readwrite", (all) => all.add(scan));
export const change = (scan) => ask(QUEUE, "readwrite", (all) => all.put(scan));

export const forget = (turn) => ask(QUEUE, "readwrite", (all) => all.delete(turn));

/**
 * The house answered to what was sent: `why` gives "" for a scan that it has, else the sentence with which it was refused, or
 * null where it said nothing. What was taken back here meanwhile is told once more.
 */
export async function settle(sent, why) {
  await ask(QUEUE, "readwrite", (all) => {
    for (const scan of sent) {
      const found = all.get(scan.turn);
      found.onsuccess = () => {
        const [now, said] = [found.result, why(scan)];
        if (said === null || now?.undone !== scan.undone) return;
        if (said) all.put({ ...now, refused: said });
        else all.delete(scan.turn);
      };
    }
  });
}

/** What was refused waits to be told again: the house may think otherwise by now. */
export async function askAgain() {
  const again = await refused();
  await ask(QUEUE, "readwrite", (all) => {
    for (const scan of again) all.put({ ...scan, refused: "" });
  });
}
