// Progressive comfort: every page of the desk works without it.
(function () {
  "use strict";
  document.documentElement.classList.add("js");
})();
