import { words } from './words.js';

const find = (id) => document.getElementById(id);

/** Said to the box, as JSON: a form of somebody else's cannot send that (Fetch, CORS-safelisted request headers). */
export const post = (path, body = {}) =>
  fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Resolves when the box has let us in. */
export async function logIn() {
  const token = location.hash.slice(1);
  if (token !== '') {
    // It was in the address for as long as it takes to read it.
    history.replaceState(null, '', location.pathname);
    if ((await post('login', { token })).ok) return;
  }
  find('login').hidden = false;
  find('board').hidden = true;
  find('pause').hidden = find('logout').hidden = true;
  const form = find('login').querySelector('form');
  await new Promise((resolve) => {
    form.onsubmit = async (event) => {
      event.preventDefault();
      const answer = await post('login', { token: find('token').value });
      find('token').value = '';
      if (answer.ok) return resolve();
      notice(words()[(await answer.json()).error] ?? words().offline);
    };
  });
  find('login').hidden = true;
  notice('');
}

export function notice(text) {
  find('notice').textContent = text;
  find('notice').hidden = text === '';
}
