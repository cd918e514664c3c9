// <form data-draft="key">: what is typed survives a closed tab. Kept on this device only; passwords, files and
// hidden fields never. The page that follows a success carries data-draft-clear="key".
import { say } from "./toasts.js";

const PREFIX = "draft:";
const KEPT = "textarea, input[type=text], input[type=search], input:not([type])";

export function startDrafts() {
  document.querySelectorAll("[data-draft-clear]").forEach((mark) => forget(mark.dataset.draftClear));
  document.addEventListener("input", ({ target }) => keep(target.form));
  document.addEventListener("stories:submitted", ({ target, detail }) => {
    forget(detail?.draft ?? target.closest?.("[data-draft]")?.dataset.draft);
  });
  document.querySelectorAll("form[data-draft]").forEach(restore);
}

function fields(form) {
  return [...form.querySelectorAll(KEPT)].filter((field) => field.name && field.autocomplete !== "one-time-code");
}

function keep(form) {
  if (!form?.dataset.draft) return;
  const values = {};
  for (const field of fields(form)) if (field.value.trim()) values[field.name] = field.value;
  write(PREFIX + form.dataset.draft, values);
}

function restore(form) {
  const values = read(PREFIX + form.dataset.draft);
  const empty = fields(form).filter((field) => !field.value && values[field.name]);
  for (const field of empty) {
    field.value = values[field.name];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (empty.length) say("draft");
}

function forget(key) {
  if (key) write(PREFIX + key, {});
}

// A full or forbidden store must not break the form.
function write(key, values) {
  try {
    if (Object.keys(values).length) localStorage.setItem(key, JSON.stringify(values));
    else localStorage.removeItem(key);
  } catch {
    // typing goes on, only the safety net is missing
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}
