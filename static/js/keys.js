// Single keys for the queue: A presses the first visible button with data-key="a". Can be switched off.
const STORE = "keys-off";

export function startKeys() {
  document.addEventListener("keydown", press);
  document.addEventListener("change", remember);
  document.addEventListener("htmx:load", showSwitch);
  showSwitch();
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || off() || typing(event.target)) return;
  const key = event.key.toLowerCase();
  for (const control of document.querySelectorAll("[data-key]")) {
    if (control.dataset.key !== key || control.disabled || control.getClientRects().length === 0) continue;
    event.preventDefault();
    control.click();
    return;
  }
}

function typing(target) {
  return target.isContentEditable || target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select");
}

function remember({ target }) {
  if (!target.matches("[data-keys]")) return;
  localStorage.setItem(STORE, target.checked ? "" : "yes");
}

function showSwitch() {
  for (const label of document.querySelectorAll("[data-keys-switch]")) {
    label.hidden = false;
    label.querySelector("[data-keys]").checked = !off();
  }
}

function off() {
  return localStorage.getItem(STORE) === "yes";
}
