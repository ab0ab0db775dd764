// The texts of this folder, which the first view does not need.

import { addTexts } from '../../lib/i18n.js';
import en from './en.js';
import zh from './zh.js';

addTexts({ en, zh });
