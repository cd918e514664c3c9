// A double tap is one: while a form waits for its answer it is not sent again.
export function startOnce() {
  document.addEventListener(
    "submit",
    (event) => {
      if (!event.target.matches("form.htmx-request")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
}
