// Decision 105.
let make = (tag, is) => Object.assign(document.createElement(tag), is);
let load = async (url, text) => {
  let answer = await fetch(url + encodeURIComponent(text)), page = new DOMParser().parseFromString(await answer.text(), "text/html");
  page.only = answer.redirected && answer.url;
  return page;
};
let later = (fn, timer) => () => (clearTimeout(timer), timer = setTimeout(fn, 200));
let filter = input => {
  let row = input.parentNode, found = row.previousElementSibling, list = row.parentNode.lastElementChild, all = list.children;
  let cut = found.value || all[49];
  let show = () => {
    let text = input.value.trim().toLowerCase(), count = 0;
    for (let one of all) count += !(one.hidden = !one.textContent.toLowerCase().includes(text));
    row.lastElementChild.value = `${input.dataset.found} ${count}`;
  };
  let grow = later(async () => {
    let page = await load(`?${input.name}=`, input.value), known = [...all].map(one => one.firstChild.value);
    page.querySelectorAll(`#${list.id} label`).forEach(one => known.includes(one.firstChild.value) || list.append(one));
    show();
  });
  input.onkeydown = e => e.key != "Enter" || e.preventDefault();
  input.oninput = () => {
    // For the server.
    found.value = input.value;
    show();
    cut && grow();
  };
};
// ARIA combobox; a text area of names, one a line, keeps its role.
let suggest = input => {
  let { list: path, kind } = input.dataset, id = input.id + "-list", at, leads = id == "find-list", is = input.type == "textarea" ? {} : { role: "combobox" };
  let line = () => {
    let all = input.value + "\n", start = all.lastIndexOf("\n", input.selectionStart - 1) + 1;
    return [start, all.indexOf("\n", start)];
  };
  let box = make("ul", { id, role: "listbox", ariaLabel: input.ariaLabel ?? input.labels[0].textContent });
  let mark = next => {
    at = next;
    for (let one of box.children) one.ariaSelected = one == at;
    input.setAttribute("aria-activedescendant", at?.id ?? "");
  };
  let open = shows => {
    box.hidden = !shows;
    if (is.role) input.ariaExpanded = !!shows;
    mark();
  };
  let choose = one => {
    if (leads) return location = one.title;
    input.setRangeText(one.title, ...line(), "end");
    open();
  };
  let keys = {
    ArrowDown: () => mark(at?.nextSibling ?? box.firstChild),
    ArrowUp: () => mark(at?.previousSibling),
    Enter: () => at && choose(at),
    Escape: () => open()
  };
  let show = later(async () => {
    let text = input.value.slice(...line()), list = path.replace("*", input.form.elements[kind]?.value), page = await load(list + "?q=", text), links = [...page.querySelectorAll("tbody th a")];
    if (text != input.value.slice(...line())) return;
    // The search led to the only object.
    if (page.only) {
      links = [make("a", { href: page.only })];
      links[0].append(...page.querySelector("h1").childNodes);
    }
    box.replaceChildren(...links.slice(0, 8).map((a, n) => {
      let org = /groups/.test(list) && a.closest("tr")?.cells[2].querySelector("bdi")?.textContent;
      let title = leads ? a.href : /people|groups/.test(list) ? (org ? org + ":" : "") + a.lastChild.textContent : decodeURIComponent(a.pathname.split("/").pop());
      let li = make("li", { id: id + n, role: "option", title });
      li.append(...a.childNodes);
      (leads || org) && li.append(make("small", { textContent: org || a.closest("tr")?.lastChild.textContent || "" }));
      return li;
    }));
    open(text && box.firstChild?.title != text && links[0]);
  });
  let onkeydown = e => {
    if (box.hidden || !keys[e.key]) return;
    if (e.key != "Enter" || at) e.preventDefault();
    e.stopPropagation();
    keys[e.key]();
  };
  Object.assign(input, is, { ariaAutoComplete: "list", oninput: show, onblur: keys.Escape, onkeydown });
  input.setAttribute("aria-controls", id);
  box.onmousedown = e => {
    e.preventDefault();
    choose(e.target.closest("li"));
  };
  input.after(box);
  open();
};
export default input => {
  (input.dataset.list ? suggest : filter)(input);
  input.value && input.oninput();
};
