// A button beside a code copies it. Without this the code is still there, and one tap selects all of it.
const SHOWN_FOR = 2500;

export function startCopies(piece) {
  if (!navigator.clipboard) return;
  for (const button of piece.querySelectorAll?.("[data-copy]") ?? []) {
    if (button.dataset.ready) continue;
    button.dataset.ready = "yes";
    button.hidden = false;
    const label = button.querySelector("span");
    const before = label.textContent;
    label.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      label.textContent = button.dataset.done;
      setTimeout(() => (label.textContent = before), SHOWN_FOR);
    });
  }
}
