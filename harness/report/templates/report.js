// Reading needs none of this: it only unfolds what a link leads to, and all cases before printing if somebody asked for it.
(function () {
  function unfold() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") { node.open = true; }
      node.hidden = false;
    }
    if (target) { target.scrollIntoView(); }
  }
  var box = document.querySelector(".sift input"), told = document.querySelector(".sift span");
  function sift() {
    var words = box.value.toLowerCase().split(/\s+/), cases = document.querySelectorAll(".case"), shown = 0;
    cases.forEach(function (one) {
      one.hidden = !words.every(function (word) { return one.dataset.words.indexOf(word) >= 0; });
      shown += one.hidden ? 0 : 1;
    });
    document.querySelectorAll(".group").forEach(function (group) { group.hidden = !group.querySelector(".case:not([hidden])"); });
    told.textContent = box.value.trim() ? shown + " of " + cases.length : "";
  }
  if (box) { box.addEventListener("input", sift); box.parentNode.hidden = false; }
  window.addEventListener("hashchange", unfold);
  if (location.hash) { unfold(); }
})();
