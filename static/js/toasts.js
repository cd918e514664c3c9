// Toasts leave after twelve seconds of being left alone; those with something to do stay until closed.
const STAY = 12_000;
const LEAVING = 300;

export function startToasts() {
  const region = document.getElementById("toasts");
  region.querySelectorAll("[data-toast]").forEach(watch);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node.matches?.("[data-toast]")) show(node);
    }
  }).observe(region, { childList: true });
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) leave(event.target.closest("[data-toast]"));
  });
  region.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) leave(event.target.closest("[data-toast]"));
  });
}

/** Shows the words of <template id="toast-…"> once; the same words are not stacked. */
export function say(name) {
  const region = document.getElementById("toasts");
  const toast = document.getElementById(`toast-${name}`).content.firstElementChild.cloneNode(true);
  for (const other of region.children) if (other.textContent === toast.textContent) return;
  region.append(toast);
}

/** The newest takes the place of what was only said; of those with something to do one more stays. */
function show(toast) {
  const older = [...toast.parentElement.children].filter((one) => one.matches("[data-toast]:not(.leaving)") && one !== toast);
  const kept = older.filter((one) => one.hasAttribute("data-stays")).at(-1);
  for (const one of older) if (one !== kept) leave(one);
  watch(toast);
}

function watch(toast) {
  if (toast.hasAttribute("data-stays")) return;
  let timer = setTimeout(() => leave(toast), STAY);
  const hold = () => clearTimeout(timer);
  const release = () => {
    hold();
    timer = setTimeout(() => leave(toast), STAY);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusout", release);
}

function leave(toast) {
  if (!toast) return;
  toast.classList.add("leaving");
  setTimeout(() => toast.remove(), LEAVING);
}
