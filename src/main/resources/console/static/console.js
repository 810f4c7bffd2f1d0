// What pages can do more when scripts run: nothing here is needed to read a page or to send a form.

/** Buttons that copy the text of another element; hidden without scripts. */
function copies(root) {
  root.querySelectorAll("button.copy[data-copy]").forEach((button) => {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      const before = button.textContent;
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = before), 1500);
    });
  });
}

/** Lists to choose from that act at once instead of by their form's button. */
function choices(root) {
  root.querySelectorAll("[data-submits]").forEach((field) => {
    field.addEventListener("change", () => field.form.requestSubmit());
    field.form.querySelectorAll("[data-unless-script]").forEach((button) => (button.hidden = true));
  });
}

/** Forms that cannot be undone ask first. */
function questions(root) {
  root.querySelectorAll("form[data-ask]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (!window.confirm(form.dataset.ask)) {
        event.preventDefault();
      }
    });
  });
}

function enhance(root) {
  copies(root);
  choices(root);
  questions(root);
}

enhance(document);
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) {
    enhance(event.target);
  }
});
