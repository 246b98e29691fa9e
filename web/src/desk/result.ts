// The view of a draft as the server drew it, arranged and brought to life.

/** A view on the page: its passages can be gone through. */
export interface Result {
  element: HTMLElement;
  passages: number;
  /** Whether anything like the draft was found. */
  isEmpty: boolean;
  /** Shows a passage, from 1, in the text and beside its source. */
  select: (nth: number) => void;
  /** Greys formulas, or no longer. */
  toggleFormulas: () => void;
}

/** Arranges a section; `selected` and `open` hear of what the user chose. */
export function arrange(section: HTMLElement, selected: (nth: number) => void, open: (id: string) => void): Result {
  const pairs = [...section.querySelectorAll<HTMLElement>(".pair")];
  if (pairs.length > 0) {
    const title = pairs[0].previousElementSibling!;
    const side = document.createElement("div");
    side.className = "side";
    side.tabIndex = 0;
    side.setAttribute("role", "region");
    title.id = "beside";
    side.setAttribute("aria-labelledby", "beside");
    title.before(side);
    side.append(title, ...pairs);
    const front = document.createElement("div");
    front.className = "front";
    front.append(...[...section.childNodes].filter((node) => node !== side));
    section.prepend(front);
  }
  for (const name of section.querySelectorAll<HTMLElement>(".name")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "name";
    button.textContent = name.textContent;
    button.addEventListener("click", () => open(name.dataset.id ?? ""));
    name.replaceWith(button);
  }
  const links = new Map<number, HTMLElement>();
  const select = (nth: number) => {
    section.querySelectorAll(".is-now").forEach((element) => element.classList.remove("is-now"));
    const pair = pairs[nth - 1];
    if (pair === undefined) return;
    const mark = links.get(nth)?.closest("mark");
    for (const element of [mark, pair]) {
      element?.classList.add("is-now");
      element?.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    selected(nth);
  };
  for (const link of section.querySelectorAll<HTMLAnchorElement>(".text a")) {
    const nth = Number(link.getAttribute("href")?.split("-").pop());
    links.set(nth, link);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      select(nth);
    });
  }
  const grey = section.querySelector<HTMLInputElement>(".grey");
  return {
    element: section,
    passages: pairs.length,
    isEmpty: pairs.length === 0 && section.querySelector(".near") === null,
    select,
    toggleFormulas: () => {
      if (grey) grey.checked = !grey.checked;
    },
  };
}
