// What stands on a report, with where it is drawn: plots with their lines,
// points, bars and labels, tiles, tables by heading, and warnings.
(() => {
  const box = (element) => {
    const {left, top, right, bottom} = element.getBoundingClientRect();
    return [left, top, right, bottom];
  };
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const text = (element) => element.textContent;
  const heading = (table) => {
    let before = table.previousElementSibling;
    while (before && !/^H[12]$/.test(before.tagName)) {
      before = before.previousElementSibling;
    }
    return before ? text(before) : '';
  };
  return {
    plots: all(document, 'figure').map((figure) => ({
      title: text(figure.querySelector('figcaption')),
      box: box(figure.querySelector('svg')),
      lines: all(figure, 'polyline').map((line) => ({
        box: box(line),
        points: line.points.length,
        colour: getComputedStyle(line).stroke,
      })),
      circles: all(figure, 'circle').map(box),
      bars: all(figure, 'rect').map(box),
      labels: all(figure, 'svg text').map((label) => [text(label), box(label)]),
    })),
    tiles: Object.fromEntries(all(document, '.tile').map((tile) => [
      text(tile.querySelector('span')), text(tile.querySelector('b')),
    ])),
    tables: Object.fromEntries(all(document, 'table').map((table) => [
      heading(table),
      all(table, 'tr').map((row) => all(row, 'td,th').map(text)),
    ])),
    warnings: all(document, '.warning').map(text),
    width: document.documentElement.scrollWidth,
    font: getComputedStyle(document.body).fontFamily,
  };
})()
