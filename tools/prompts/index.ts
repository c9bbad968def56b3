import type { Prompt } from '#tool/prompt.ts';
import connectASite from './connect-a-site.ts';
import getAName from './get-a-name.ts';
import handADomainOver from './hand-a-domain-over.ts';
import moveAZoneHere from './move-a-zone-here.ts';
import reviewRenewals from './review-renewals.ts';
import reviewSecurity from './review-security.ts';
import setUpMail from './set-up-mail.ts';

/** The jobs that a person can start; the order is the one in which clients see them. */
export const prompts: readonly Prompt[] = [
  getAName,
  connectASite,
  setUpMail,
  reviewRenewals,
  reviewSecurity,
  moveAZoneHere,
  handADomainOver,
];
