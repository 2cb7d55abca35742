(() => {
  "use strict";
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
  // A name is found with and without its accents, and as it is spelt where there are none: ü as u and as ue.
  const bare = (text) => text.toLowerCase().replace(/ß/g, "ss").replace(/[æǽ]/g, "ae").replace(/œ/g, "oe").replace(/ø/g, "o")
    .normalize("NFKD").replace(/\p{M}/gu, "").replace(/\s+/g, " ");
  const spelt = (text) => bare(text.toLowerCase().normalize("NFC").replace(/ä/g, "ae").replace(/[öø]/g, "oe").replace(/ü/g, "ue").replace(/å/g, "aa"));
  const found = (name, asked) => name.bare.includes(asked.bare) || name.spelt.includes(asked.spelt);
  const sought = (text) => ({ bare: bare(text), spelt: spelt(text) });
  const filled = (said, ...values) => said.replace(/\{\}/g, () => values.shift());
  // A day that is written with the day first is sorted by its year first.
  const dated = (text) => text.replace(/^(\d\d)\D(\d\d)\D(\d{4})$/, "$3-$2-$1");
  const value = (row, column) => row.cells[column].textContent.trim();

  // A card is a dialog, its address a link, and besides the Escape key a button closes it.
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = say("Close");
  close.autofocus = true;
  const address = /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/;
  document.addEventListener("beforetoggle", ({ target: card, newState }) => {
    if (!card.popover || newState !== "open" || card.localName !== "div") return;
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-label", card.querySelector("h3").textContent);
    card.prepend(close);
    close.onclick = () => card.hidePopover();
    const email = card.querySelector(":scope > p > a:not([href])");
    if (email && address.test(email.textContent)) email.href = `mailto:${email.textContent}`;
  }, true);
  // Tab stays inside the open card.
  document.addEventListener("keydown", (event) => {
    const card = event.key === "Tab" && document.querySelector("div[popover]:popover-open");
    if (!card) return;
    const stops = [...card.querySelectorAll("button, a[href]")];
    const at = stops.indexOf(document.activeElement);
    const next = event.shiftKey ? (at <= 0 ? stops.length - 1 : at - 1) : (at + 1) % stops.length;
    event.preventDefault();
    stops[next].focus();
  });

  // The menu says where one is, and closes when a view is chosen.
  const links = [...document.querySelectorAll(".bar a")];
  const views = document.querySelector(".bar ul");
  const tellView = () => {
    if (!views) return;
    const view = document.querySelector("main:target") ?? document.querySelector(".view:has(:target)");
    const place = view?.localName === "main" ? view.id : /\bv-(\S+)/.exec((view ?? document.querySelector(".view")).className)[1];
    for (const link of links) {
      if (link.hash === `#${place}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (views.matches(":popover-open")) views.hidePopover();
  };
  addEventListener("hashchange", tellView);
  tellView();

  // A row that was read from one line says which when it is pointed at.
  document.addEventListener("pointerover", ({ target }) => {
    const row = target.closest?.("tr[data-line]");
    if (!row || row.title) return;
    const cells = document.querySelector(`[data-file="${row.dataset.load}"]`)?.cells;
    if (cells) row.title = filled(say("{} of {}, line {}"), cells[0].textContent.trim(), cells[2].textContent.trim(), row.dataset.line);
  });

  // What is copied from a table is clean in a spreadsheet: a cell each, numbers as numbers, and what is not known is empty.
  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    const chosen = selection.rangeCount && selection.getRangeAt(0).commonAncestorContainer;
    const table = chosen && (chosen.closest ? chosen : chosen.parentElement)?.closest("table");
    if (!table) return;
    const rows = [...table.rows].filter((row) => !row.hidden && selection.containsNode(row, true));
    if (rows.length < 2) return;
    const cell = (one) => {
      const text = one.innerText.replace(/\s+/g, " ").trim().replace(/^−(?=\d)/, "-");
      return text === "–" ? "" : text.replace(/[↕↑↓]$/, "").trim();
    };
    event.clipboardData.setData("text/plain", rows.map((row) => [...row.cells].map(cell).join("\t")).join("\n"));
    event.preventDefault();
  });


  // Every table of rows can be sorted by every column; what is empty comes last either way.
  const sorters = new Map();
  for (const table of document.querySelectorAll(".rows table:not(.plan), .small table")) {
    const body = table.tBodies[0];
    const first = [...body.rows];
    if (first.length < 2) continue;
    const heads = [...table.tHead.rows[0].cells];
    const sort = (column, down) => {
      heads.forEach((head, i) => {
        if (i === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      });
      if (column < 0) return body.append(...first);
      // What to do next is sorted by urgency, which is the order in which the rows came.
      const urgency = heads[column].dataset.column === "to_do";
      const isNumber = heads[column].classList.contains("right") && !/\d[-./]\d/.test(value(first[0], column));
      const keyed = first.map((row, place) => {
        const text = value(row, column);
        const key = urgency ? place : isNumber ? parseFloat(text.replace("−", "-")) : dated(text);
        return { row, place, key, empty: text === "–" || text === "" };
      });
      keyed.sort((a, b) => {
        if (a.empty || b.empty) return a.empty - b.empty || a.place - b.place;
        const by = typeof a.key === "number" ? a.key - b.key : collator.compare(a.key, b.key);
        return (down ? -by : by) || a.place - b.place;
      });
      body.append(...keyed.map((one) => one.row));
    };
    const clicked = [];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        sort(column, down);
        clicked.forEach((tell) => tell(column, down));
      });
    });
    sorters.set(table, { heads, sort, clicked });
  }

  // The filters hold for every view: they choose customers, and where a row says itself of which week, action or category it is, rows.
  const form = document.getElementById("find");
  if (!form) return;
  const section = document.getElementById("customer_overview");
  const table = section.querySelector(".rows table");
  const columns = [...table.tHead.rows[0].cells].map((head) => head.dataset.column);
  const at = (name) => columns.indexOf(name);
  const cardOf = (row) => row.querySelector("th button")?.getAttribute("popovertarget");
  const accountName = (row) => document.getElementById(cardOf(row))?.querySelector("dfn")?.textContent ?? "";
  const cell = (row, name) => (at(name) < 0 ? "" : value(row, at(name)));
  const marked = (row, name) => (at(name) < 0 ? [] : [...row.cells[at(name)].querySelectorAll("b")].map((b) => b.textContent));
  const customers = [...table.tBodies[0].rows].filter((row) => row.cells.length > 1).map((row) => ({
    row,
    // A customer is found by either of its names; the card has the one that is not shown.
    name: sought([cell(row, "customer_name"), accountName(row)].join(" ")),
    status: marked(row, "cover"),
    category: at("cover") < 0 ? [] : [...row.cells[at("cover")].querySelectorAll("p")].flatMap((p) => p.lastChild.textContent.trim().split(", ")),
    account_type: [cell(row, "account_type")],
    assistance: marked(row, "assistance"),
    account_manager: [at("account_manager") < 0 ? "–" : cell(row, "account_manager")],
  }));
  const byCard = new Map(customers.map((customer) => [cardOf(customer.row), customer]));
  const others = [...document.querySelectorAll(".view table")].filter((one) => one !== table && one.querySelector("tbody th [popovertarget]"))
    .map((one) => ({
      table: one,
      rows: [...one.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.cells.length > 1)
        .map((row) => ({ row, customer: byCard.get(cardOf(row)), name: sought(value(row, 0)) })),
    }));
  const mine = section.querySelector(".mine");
  const told = form.querySelector(".told");
  const filters = [...form.elements].filter((field) => field.localName === "select");
  const marksOf = new Map(filters.map((filter) => [filter, [...filter.options].map((option) => option.dataset.mark).filter(Boolean)]));
  const figures = [...document.querySelectorAll(".figure .value a[href]")].map((link) => ({
    link, whole: link.textContent, note: link.closest(".figure").querySelector(".note"),
  })).map((figure) => ({ ...figure, words: figure.note?.textContent, mark: document.getElementById(figure.link.hash.slice(1))?.dataset.mark }));
  const sorter = sorters.get(table);
  const counts = (number) => number.toLocaleString(document.documentElement.lang);
  let order = "";
  let telling = 0;

  const answer = document.createElement("p");
  answer.className = "nothing";
  answer.innerHTML = `<span></span> <button type="reset" form="find"></button>`;
  answer.firstChild.textContent = say("Nothing here fits the filters.");
  answer.lastChild.textContent = say("Clear the filters");
  const showNothing = (of, is) => {
    of.nothing ??= answer.cloneNode(true);
    if (is) of.table.closest(".scroll").after(of.nothing);
    else of.nothing.remove();
  };
  const caption = (of, seen, all) => {
    const words = of.table.caption?.querySelector("span");
    if (!words) return;
    of.words ??= words.textContent;
    words.textContent = seen === all ? of.words : filled(say("{} of {}"), counts(seen), of.words);
  };

  const list = { table };

  const show = () => {
    const asked = sought(form.elements.q.value.trim());
    const wanted = filters.filter((filter) => filter.value);
    const fits = (customer, filter, own) => {
      const mark = filter.selectedOptions[0].dataset.mark;
      if (mark && own && marksOf.get(filter).some((one) => own.classList.contains(one))) return own.classList.contains(mark);
      if (!customer) return false;
      if (mark && filter.name !== "category") return customer.row.classList.contains(mark);
      return customer[filter.name].includes(filter.name in { account_manager: 1, category: 1 } ? filter.value : filter.selectedOptions[0].textContent);
    };
    const isNarrow = wanted.length > 0 || asked.bare !== "";
    const opened = document.getElementById(location.hash.slice(1))?.dataset.mark;
    const chosen = [];
    let seen = 0;
    for (const customer of customers) {
      const is = found(customer.name, asked) && wanted.every((filter) => fits(customer, filter));
      customer.row.hidden = !is;
      if (is) chosen.push(customer);
      if (is && (!opened || customer.row.classList.contains(opened)) && !(mine?.checked && customer.row.classList.contains("other"))) seen += 1;
    }
    caption(list, seen, customers.length);
    showNothing(list, seen === 0 && customers.length > 0);
    for (const other of others) {
      let shown = 0;
      for (const { row, customer, name } of other.rows) {
        const is = found(customer?.name ?? name, asked) && wanted.every((filter) => fits(customer, filter, row));
        row.hidden = !is;
        if (is) shown += 1;
      }
      for (const body of other.table.tBodies) {
        const group = body.querySelector(".group");
        if (!group) continue;
        const left = [...body.rows].filter((row) => row !== group && !row.hidden);
        const seats = left.reduce((sum, row) => sum + (parseInt(value(row, 3), 10) || 0), 0);
        const count = group.querySelector("span");
        count.dataset.whole ??= count.textContent;
        const held = seats ? ` · ${counts(seats)} ${seats === 1 ? say("seat") : say("seats")}` : "";
        count.textContent = isNarrow ? counts(left.length) + held : count.dataset.whole;
        group.hidden = !left.length;
      }
      caption(other, shown, other.rows.length);
      showNothing(other, shown === 0 && other.rows.length > 0);
    }
    for (const { link, whole, note, words: before, mark } of figures) {
      const number = mark && chosen.filter((customer) => customer.row.classList.contains(mark)).length;
      link.textContent = isNarrow && mark ? counts(number) : whole;
      if (note) note.textContent = isNarrow && mark ? (number === 1 ? say("customer of those chosen") : say("customers of those chosen")) : before;
    }
    const text = isNarrow ? filled(say("{} of {} customers fit; charts and headlines are about all."), counts(chosen.length), counts(customers.length)) : "";
    clearTimeout(telling);
    telling = setTimeout(() => { told.textContent = text; }, 150);
  };

  const keep = () => {
    const view = new URLSearchParams();
    for (const field of [form.elements.q, ...filters]) if (field.value) view.set(field.name, field.value);
    if (mine?.checked) view.set("mine", "yes");
    if (order) view.set("sort", order);
    const query = view.toString();
    try {
      history.replaceState(null, "", (query ? `?${query}` : location.pathname) + location.hash);
    } catch { /* A viewer that lends no address of its own: the view cannot be shared from there. */ }
  };

  const restore = () => {
    const view = new URLSearchParams(location.search);
    for (const field of [form.elements.q, ...filters]) field.value = view.get(field.name) ?? "";
    filters.forEach((filter) => { if (filter.selectedIndex < 0) filter.value = ""; });
    if (mine) mine.checked = view.get("mine") === "yes";
    order = view.get("sort") ?? "";
    const column = at(order.replace(/^-/, ""));
    if (column < 0) order = "";
    sorter?.sort(column, order.startsWith("-"));
    show();
  };

  form.hidden = false;
  for (const more of document.querySelectorAll(".of-list")) more.hidden = false;
  const changed = () => { show(); keep(); };
  document.addEventListener("input", (event) => { if (event.target.form === form) changed(); });
  mine?.addEventListener("change", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    if (mine) mine.checked = false;
    order = "";
    sorter?.sort(-1, false);
    setTimeout(changed);
  });
  sorter?.clicked.push((column, down) => {
    order = (down ? "-" : "") + columns[column];
    keep();
  });
  addEventListener("hashchange", show);
  addEventListener("popstate", restore);
  restore();
})();
