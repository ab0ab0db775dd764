// What a card is called: its bank, or that it is one.

import { bdi, h } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';

export const bankOf = (card, props) => (card.bank ? bdi(card.bank, props) : h('span', props, t('cards.card')));
