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

/** In the order in which they were made. */
export const queued = async () => (await ask(QUEUE, "readonly", (all) => all.getAll())) ?? [];
export const enqueue = (scan) => ask(QUEUE, "readwrite", (all) => all.add(scan));
export const change = (scan) => ask(QUEUE, "readwrite", (all) => all.put(scan));

export async function dequeue(turns) {
  await ask(QUEUE, "readwrite", (all) => {
    for (const turn of turns) all.delete(turn);
  });
}
