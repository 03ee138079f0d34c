/**
 * What the messages of the corpus are written in. The charsets have letters for every word of their language.
 *
 * @typedef {{ words: string[], charsets: string[] }} Language
 */

const words = (text) => text.split(' ');

const english = words(
  'the a of and to in is that for with as on be at by this from have or one had not but what all were when we ' +
    'there can an your which their said if do will each about how up out them then many some so these would ' +
    'other into has more time see no could people than first been call who its now find long down day did get ' +
    'meeting agenda invoice project deadline release branch schedule budget review quarter customer report',
);
const german = words(
  'der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat ' +
    'dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis ' +
    'mehr durch man während Grüße Straße Übergabe Prüfung schön größer Änderung Entwürfe Maßnahme',
);
const french = words(
  'le la les de des un une et à il elle être avoir ne pas je son que se qui ce dans en du au pour sur avec plus ' +
    'par tout faire mais nous comme ou si leur où même réunion février août déjà très façon été après première',
);
const russian = words(
  'и в не на я быть он с что а по это она этот к но они мы весь который из у то за свой ещё год от так о для ты ' +
    'же все тот мочь вы человек такой его сказать только или время встреча проект отчёт договор письмо',
);
const greek = words(
  'και το να της η ο του με που για την από είναι στο ότι οι δεν στην αυτό μια συνάντηση έργο έκθεση',
);
const japanese = words(
  'これは 会議 の 資料 です 。 来週 までに 確認 してください 、 よろしく お願い いたします 東京 支社 メール',
);
const chinese = words(
  '我们 的 会议 时间 是 明天 上午 ， 请 准备 项目 报告 。 谢谢 合同 客户 发票 北京 办公室',
);
const korean = words('회의 자료 입니다 내일 까지 확인 부탁 드립니다 서울 지사 프로젝트 보고서 감사 합니다');

/** The languages by how often they occur: one entry a share. @type {Language[]} */
export const languages = [
  ...Array(5).fill({ words: english, charsets: ['us-ascii', 'utf-8', 'iso-8859-1'] }),
  ...Array(3).fill({
    words: german,
    charsets: ['utf-8', 'utf-8', 'iso-8859-1', 'iso-8859-15', 'windows-1252'],
  }),
  ...Array(2).fill({ words: french, charsets: ['utf-8', 'iso-8859-1', 'windows-1252'] }),
  { words: russian, charsets: ['utf-8', 'koi8-r', 'windows-1251'] },
  { words: greek, charsets: ['utf-8', 'iso-8859-7'] },
  { words: japanese, charsets: ['utf-8', 'shift_jis', 'iso-2022-jp'] },
  { words: chinese, charsets: ['utf-8', 'gb18030', 'gbk'] },
  { words: korean, charsets: ['utf-8', 'euc-kr'] },
];
