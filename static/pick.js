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
// ARIA combobox.
let suggest = input => {
  let { list: path, kind } = input.dataset, id = input.id + "-list", at, leads = id == "find-list";
  let box = make("ul", { id, role: "listbox", ariaLabel: input.ariaLabel ?? input.labels[0].textContent });
  let mark = next => {
    at = next;
    for (let one of box.children) one.ariaSelected = one == at;
    input.setAttribute("aria-activedescendant", at?.id ?? "");
  };
  let open = is => {
    box.hidden = !is;
    input.ariaExpanded = !!is;
    mark();
  };
  let choose = one => {
    if (leads) return location = one.title;
    input.value = one.title;
    open();
  };
  let keys = {
    ArrowDown: () => mark(at?.nextSibling ?? box.firstChild),
    ArrowUp: () => mark(at?.previousSibling),
    Enter: () => at && choose(at),
    Escape: () => open()
  };
  let show = later(async () => {
    let text = input.value, list = path.replace("*", input.form.elements[kind]?.value), page = await load(list + "?q=", text), links = [...page.querySelectorAll("tbody th a")];
    if (text != input.value) return;
    // The search led to the only object.
    if (page.only) {
      links = [make("a", { href: page.only })];
      links[0].append(...page.querySelector("h1").childNodes);
    }
    box.replaceChildren(...links.slice(0, 8).map((a, n) => {
      let title = leads ? a.href : /people|groups/.test(list) ? a.lastChild.textContent : decodeURIComponent(a.pathname.split("/").pop());
      let li = make("li", { id: id + n, role: "option", title });
      li.append(...a.childNodes);
      leads && li.append(make("small", { textContent: a.closest("tr")?.lastChild.textContent ?? "" }));
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
  Object.assign(input, { role: "combobox", ariaAutoComplete: "list", oninput: show, onblur: keys.Escape, onkeydown });
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
