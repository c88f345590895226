// The tag: shows ads in the sockets of a page. It sets no cookie, stores nothing, and asks nobody but isocket.
// Plain ES5 in one piece; comments and indentation are taken out when it is served.
(function (window, document) {
  'use strict';

  var HOST = '__DELIVERY_URL__';
  var MARK = '__isocket';
  var SOCKETS = '.isocket[data-socket]';
  var SOCKETS_MAX = 20;
  var AHEAD = '300px';
  var LARGE = 242500;
  var SECOND = 1000;
  var PAUSE = 100;
  var Watcher = window.IntersectionObserver;
  var navigator = window.navigator;
  var near;
  var pause;

  // Included twice, or in a browser that is too old: the page stays as it is.
  if (window[MARK] || !window.fetch || !window.MutationObserver) { return; }
  window[MARK] = 1;

  function quiet() {}

  function isVisible() {
    return document.visibilityState === 'visible';
  }

  function make(name, style, children) {
    var element = document.createElement(name);
    Object.keys(style).forEach(function (property) { element.style[property] = style[property]; });
    (children || []).forEach(function (child) { element.appendChild(child); });
    return element;
  }

  function link(address, rel, style, child) {
    var element = make('a', style, [child]);
    element.href = address;
    element.rel = rel;
    element.target = '_blank';
    return element;
  }

  // What stood in the box goes only now that there is something to show; the box never shrinks.
  function put(box, element) {
    box.style.minHeight = window.getComputedStyle(box).height;
    while (box.firstChild) { box.removeChild(box.firstChild); }
    box.appendChild(element);
  }

  function invite(box, answer) {
    put(box, link(answer.link, 'nofollow noopener', {
      display: 'flex', alignItems: 'center', justifyContent: 'center', boxSizing: 'border-box',
      width: answer.width + 'px', maxWidth: '100%', height: answer.height + 'px',
      border: '1px dashed #767676', background: '#fafafa', color: '#333', font: '14px/1.4 sans-serif',
      textDecoration: 'underline'
    }, document.createTextNode('Advertise here')));
  }

  function tell(step, answer, more) {
    var address = HOST + '/e/' + step + '?t=' + answer.token + more;
    try {
      if (navigator.sendBeacon(address)) { return; }
    } catch (ignored) { quiet(); }
    window.fetch(address, { method: 'POST', keepalive: true, mode: 'no-cors', credentials: 'omit' })
      .then(quiet, function () { document.createElement('img').src = address; });
  }

  function onceVisible(act) {
    function look() {
      if (isVisible()) {
        document.removeEventListener('visibilitychange', look);
        act();
      }
    }
    document.addEventListener('visibilitychange', look);
    look();
  }

  // In view: half of the pixels, or 30 % of a large ad, for one second without a break.
  function watch(image, answer) {
    var share = answer.width * answer.height >= LARGE ? 0.3 : 0.5;
    var isIn = false;
    var clock = 0;
    var watcher;

    function turn() {
      if (isIn && isVisible()) {
        clock = clock || setTimeout(finish, SECOND);
      } else {
        clearTimeout(clock);
        clock = 0;
      }
    }

    function finish() {
      watcher.disconnect();
      document.removeEventListener('visibilitychange', turn);
      tell('v', answer, '');
    }

    watcher = new Watcher(function (entries) {
      isIn = entries[entries.length - 1].intersectionRatio >= share;
      turn();
    }, { threshold: share });
    watcher.observe(image);
    document.addEventListener('visibilitychange', turn);
  }

  function show(box, answer) {
    var image = make('img', {
      display: 'block', width: answer.width + 'px', maxWidth: '100%', height: 'auto', border: '0', margin: '0'
    });
    var isCalm = answer.still && window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    image.width = answer.width;
    image.height = answer.height;
    image.alt = answer.alt;
    image.decoding = 'async';
    image.onload = function () {
      var label = make('span', {
        position: 'absolute', top: '0', right: '0', padding: '0 4px', background: '#fff', color: '#333',
        font: '11px/16px sans-serif', pointerEvents: 'none'
      }, [document.createTextNode('Ad')]);
      var way = link(HOST + '/c/' + answer.token, 'sponsored noopener nofollow', { display: 'block' }, image);
      var frame = make('aside', { position: 'relative', width: answer.width + 'px', maxWidth: '100%' }, [label, way]);
      image.onload = null;
      frame.setAttribute('aria-label', 'Advertisement');
      put(box, frame);
      onceVisible(function () {
        tell('i', answer, Watcher ? '&m=1' : '');
        if (Watcher) { watch(image, answer); }
      });
    };
    image.src = isCalm ? answer.still : answer.image;
  }

  function fill(box, answer) {
    if (answer && answer.kind === 'here') {
      invite(box, answer);
    } else if (answer && answer.token) {
      show(box, answer);
    }
  }

  function ask(boxes) {
    var names = boxes.map(function (box) { return encodeURIComponent(box.getAttribute('data-socket')); });
    window.fetch(HOST + '/d?s=' + names.join(), { credentials: 'omit' })
      .then(function (answer) { return answer.ok ? answer.json() : []; })
      .then(function (answers) { boxes.forEach(function (box, number) { fill(box, answers[number]); }); })
      .then(quiet, quiet);
  }

  function askAll(boxes) {
    while (boxes.length) { ask(boxes.splice(0, SOCKETS_MAX)); }
  }

  // Sockets that come near the reader at the same moment are one request.
  function find() {
    var fresh = [].filter.call(document.querySelectorAll(SOCKETS), function (box) { return !box[MARK]; });
    pause = 0;
    fresh.forEach(function (box) {
      box[MARK] = 1;
      if (near) { near.observe(box); }
    });
    if (!near) { askAll(fresh); }
  }

  function start() {
    if (document.prerendering) {
      document.addEventListener('prerenderingchange', start, { once: true });
      return;
    }
    near = Watcher && new Watcher(function (entries) {
      askAll(entries.filter(function (entry) { return entry.isIntersecting; }).map(function (entry) {
        near.unobserve(entry.target);
        return entry.target;
      }));
    }, { rootMargin: AHEAD });
    find();
    new window.MutationObserver(function () {
      pause = pause || setTimeout(find, PAUSE);
    }).observe(document.documentElement, { childList: true, subtree: true });
  }

  // All sockets of the page's own markup are there when it is read; asked for earlier, they would be several requests.
  if (document.readyState === 'loading') {
    document.addEventListener('DOMContentLoaded', start);
  } else {
    start();
  }
}(window, document));
