// Only the pages of the console load this file. Without it, all works.
let on = addEventListener;
let each = (css, fn) => document.querySelectorAll(css).forEach(fn);
// The key of the search, if it is enabled.
each("[aria-keyshortcuts]", input => on("keydown", e => {
  if (e.key != "/" || e.ctrlKey || e.altKey || e.metaKey || e.target.matches("select,textarea,input:not([type=checkbox])")) return;
  e.preventDefault();
  input.focus();
}));
// Closes the menus of a list.
let folds = ".fold[open]";
on("click", e => each(folds, fold => fold.open = fold.contains(e.target)));
on("keydown", e => e.key == "Escape" && each(folds, fold => {
  fold.open = false;
  fold.firstChild.focus();
}));
// Chooses all rows of a page.
each("[data-all]", form => {
  let boxes = [...form.querySelectorAll("tbody input:enabled")];
  if (!boxes[0]) return;
  let head = form.querySelector("thead th"), all = document.createElement("input");
  let show = () => {
    let chosen = boxes.filter(box => box.checked).length;
    all.checked = chosen == boxes.length;
    all.indeterminate = chosen > 0 && !all.checked;
  };
  all.type = "checkbox";
  all.ariaLabel = all.title = form.dataset.all;
  all.onchange = () => boxes.forEach(box => box.checked = all.checked);
  // Screen readers name the column without the checkbox.
  head.abbr = head.textContent;
  head.prepend(all);
  form.addEventListener("change", show);
  // Browsers restore the boxes on Back and on a reload.
  on("pageshow", show);
});
// Follows a change, whose page has this element until the end. A sign-in page has none either.
each("[data-live]", live => {
  let failures = 0;
  let wait = () => setTimeout(poll, 3e3);
  let poll = async () => {
    if (document.hidden) return on("visibilitychange", poll, { once: true });
    try {
      let answer = await fetch(location);
      if (!answer.ok) throw 0;
      let page = new DOMParser().parseFromString(await answer.text(), "text/html");
      let next = page.querySelector("[data-live]");
      if (!next) return location.reload();
      // The same text is not announced again.
      if (!live.isEqualNode(next)) live.replaceChildren(...next.childNodes);
      failures = 0;
    } catch {
      if (++failures > 2) return;
    }
    wait();
  };
  wait();
});
