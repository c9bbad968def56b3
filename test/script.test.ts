import { domainToASCII } from 'node:url';
import { expect, test } from 'vitest';
import { scriptWarning } from '#model/script.ts';

test.each<[string, RegExp]>([
  ['раypal.com', /"раypal" mixes letters of Latin and Cyrillic/],
  ['googlе.com', /mixes letters of Latin and Cyrillic/],
  ['αpple.com', /mixes letters of Latin and Greek/],
  ['микроsoft-東京.com', /mixes letters of Latin, Cyrillic and Han/],
  ['東京россия.com', /mixes letters of Cyrillic and Han/],
  ['ひらㄅ.com', /mixes letters of Hiragana and Bopomofo/],
  ['аррӏе.com', /"аррӏе" can be taken for "apple"/],
  ['ѕсоре-1.net', /can be taken for "scope-1"/],
  ['ёхо.com', /can be taken for "exo"/],
  ['οικο.org', /can be taken for "oiko"/],
  ['ɡoogle.com', /can be taken for "google"/],
])('%s is flagged, in either form', (name, says) => {
  expect(scriptWarning(name)).toMatch(says);
  expect(scriptWarning(domainToASCII(name))).toMatch(says);
});

test.each([
  'example.com',
  'xn--nonsense-.com',
  'café.com',
  'münchen-24.de',
  'straße.de',
  'łódź.pl',
  'việtnam.vn',
  '東京タワー.jp',
  'tokyo東京.com',
  'らーめん.com',
  '中文abc.com',
  '한국-korea.kr',
  'россия.com',
  'супер-цена.com',
  'ελλάδα.gr',
  'भारत.com',
  'ไทย.com',
  'مثال.com',
  'דוגמה.com',
  'соса.рф',
  'ᏣᎳᎩ.com',
])('%s is as honest as it looks', name => {
  expect(scriptWarning(name)).toBeUndefined();
  const ascii = domainToASCII(name);
  expect(scriptWarning(ascii)).toBeUndefined();
});
