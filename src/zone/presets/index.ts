import { Preset } from '../preset.ts';
import bluesky from './bluesky.json' with { type: 'json' };
import cloudflare_pages from './cloudflare_pages.json' with { type: 'json' };
import fastmail from './fastmail.json' with { type: 'json' };
import fly_io from './fly_io.json' with { type: 'json' };
import github_pages from './github_pages.json' with { type: 'json' };
import google_workspace from './google_workspace.json' with { type: 'json' };
import icloud_mail from './icloud_mail.json' with { type: 'json' };
import microsoft_365 from './microsoft_365.json' with { type: 'json' };
import netlify from './netlify.json' with { type: 'json' };
import no_mail from './no_mail.json' with { type: 'json' };
import proton_mail from './proton_mail.json' with { type: 'json' };
import render from './render.json' with { type: 'json' };
import shopify from './shopify.json' with { type: 'json' };
import squarespace from './squarespace.json' with { type: 'json' };
import vercel from './vercel.json' with { type: 'json' };
import webflow from './webflow.json' with { type: 'json' };
import zoho_mail from './zoho_mail.json' with { type: 'json' };

const files = {
  bluesky,
  cloudflare_pages,
  fastmail,
  fly_io,
  github_pages,
  google_workspace,
  icloud_mail,
  microsoft_365,
  netlify,
  no_mail,
  proton_mail,
  render,
  shopify,
  squarespace,
  vercel,
  webflow,
  zoho_mail,
};

export type PresetName = keyof typeof files;

export const presetNames = Object.keys(files).filter((name): name is PresetName => name in files);

/** Presets of who has the mail, or of none: each says who may send. */
export const mailPresets = presetNames.filter(name => 'spf' in files[name]);

/** Presets of where a site is: what they write leads somewhere. */
export const sitePresets = presetNames.filter(
  name => !mailPresets.includes(name) && files[name].records.some(({ type }) => type !== 'TXT'),
);

/** A preset by its name. The files are data, so each is checked when it is read. */
export function presetOf(name: PresetName): Preset {
  return Preset.parse(files[name]);
}
