/**
 * The charset names that Dovecot's iconv knows, by the iconv-lite encoding that decodes them. Names that
 * iconv-lite knows but iconv does not must not be here: Dovecot takes such text as UTF-8.
 *
 * Source: `iconv -l` of glibc 2.36 (Debian 12); every table was compared byte by byte. Left out: EBCDIC, old
 * IBM, OSF and national 7-bit sets that mail does not use.
 */
const aliases: Record<string, string> = {
  'us-ascii': 'ANSI_X3.4-1968 ANSI_X3.4-1986 ANSI_X3.4 CP367 CSASCII IBM367 ISO-IR-6 ISO646-US US',
  'iso-8859-1': '8859_1 CP819 CSISOLATIN1 IBM819 ISO-IR-100 ISO8859-1 ISO88591 ISO_8859-1:1987 L1 LATIN1',
  'iso-8859-2': '8859_2 CP912 CSISOLATIN2 IBM912 ISO-IR-101 ISO8859-2 ISO88592 ISO_8859-2:1987 L2 LATIN2',
  'iso-8859-3': '8859_3 CSISOLATIN3 ISO-IR-109 ISO8859-3 ISO88593 ISO_8859-3:1988 L3 LATIN3',
  'iso-8859-4': '8859_4 CSISOLATIN4 ISO-IR-110 ISO8859-4 ISO88594 ISO_8859-4:1988 L4 LATIN4',
  'iso-8859-5':
    '8859_5 CP915 CSISOLATINCYRILLIC CYRILLIC IBM915 ISO-IR-144 ISO8859-5 ISO88595 ISO_8859-5:1988',
  'iso-8859-6':
    '8859_6 ARABIC ASMO-708 CSISOLATINARABIC ECMA-114 ISO-IR-127 ISO8859-6 ISO88596 ISO_8859-6:1987',
  'iso-8859-7':
    '8859_7 CSISOLATINGREEK ECMA-118 ELOT_928 GREEK GREEK8 ISO-IR-126 ISO8859-7 ISO88597 ISO_8859-7:1987 ISO_8859-7:2003',
  'iso-8859-8': '8859_8 CP916 CSISOLATINHEBREW HEBREW IBM916 ISO-IR-138 ISO8859-8 ISO88598 ISO_8859-8:1988',
  'iso-8859-9':
    '8859_9 CP920 CSISOLATIN5 ECMA-128 IBM920 ISO-IR-148 ISO8859-9 ISO88599 ISO_8859-9:1989 L5 LATIN5',
  'iso-8859-10': 'CSISOLATIN6 ISO-IR-157 ISO8859-10 ISO885910 ISO_8859-10:1992 L6 LATIN6',
  'iso-8859-11': 'ISO8859-11 ISO885911 THAI8',
  'iso-8859-13': 'BALTIC CP921 IBM921 ISO-IR-179 ISO8859-13 ISO885913 L7 LATIN7',
  'iso-8859-14': 'ISO-CELTIC ISO-IR-199 ISO8859-14 ISO885914 ISO_8859-14:1998 L8 LATIN8',
  'iso-8859-15': 'ISO-IR-203 ISO8859-15 ISO885915 ISO_8859-15:1998 LATIN-9 LATIN9',
  'iso-8859-16': 'ISO-IR-226 ISO8859-16 ISO885916 ISO_8859-16:2001 L10 LATIN10',
  'windows-1250': 'CP1250 MS-EE',
  'windows-1251': 'CP1251 MS-CYRL',
  'windows-1252': 'CP1252 MS-ANSI',
  'windows-1253': 'CP1253 MS-GREEK',
  'windows-1254': 'CP1254 MS-TURK',
  'windows-1255': 'CP1255 MS-HEBR',
  'windows-1256': 'CP1256 MS-ARAB',
  'windows-1257': 'CP1257 WINBALTRIM',
  'windows-1258': 'CP1258',
  'windows-874': '874 CP874 IBM874',
  'tis-620': 'ISO-IR-166 TIS620 TIS620-0 TIS620.2529-1 TIS620.2533-0',
  'koi8-r': 'CSKOI8R KOI8R',
  'koi8-u': 'KOI8U',
  'koi8-t': '',
  cp437: '437 CSPC8CODEPAGE437 IBM437',
  cp737: '',
  cp775: 'CSPC775BALTIC IBM775',
  cp850: '850 CSPC850MULTILINGUAL IBM850',
  cp852: '852 CSPCP852 IBM852',
  cp855: '855 CSIBM855 IBM855',
  cp857: '857 CSIBM857 IBM857',
  cp858: '858 IBM858',
  cp860: '860 CSIBM860 IBM860',
  cp861: '861 IBM861',
  cp862: '862 CSPC862LATINHEBREW IBM862',
  cp863: '863 CSIBM863 IBM863',
  cp864: '864 CSIBM864 IBM864',
  cp865: '865 CSIBM865 IBM865',
  cp866: '866 CSIBM866 IBM866',
  cp869: '869 CP-GR CSIBM869 IBM869',
  macintosh: 'CSMACINTOSH MAC',
  'mac-cyrillic': 'MAC-UK MACCYRILLIC MACUK MACUKRAINIAN',
  viscii: '',
  'armscii-8': 'ARMSCII8',
  tcvn: 'TCVN-5712 TCVN5712-1 TCVN5712-1:1993',
  pt154: '',
  'hp-roman8': 'CSHPROMAN8 HPROMAN8 R8 ROMAN8',
  'georgian-ps': '',
  'georgian-academy': '',
  cp936: 'GBK MS936 WINDOWS-936',
  gb18030: '',
  gb2312: 'CN-GB CSGB2312 EUC-CN EUCCN',
  big5: 'BIG-5 BIG-FIVE BIGFIVE CN-BIG5 CP950',
  'big5-hkscs': 'BIG5HKSCS',
  'euc-kr': 'CSEUCKR EUCKR',
  cp949: 'MSCP949 UHC',
  shift_jis: 'CSSHIFTJIS MS_KANJI SHIFT-JIS SJIS',
  cp932: 'CSWINDOWS31J MS932 SJIS-OPEN SJIS-WIN WINDOWS-31J',
  'euc-jp': 'CSEUCPKDFMTJAPANESE EUCJP UJIS',
  'iso-2022-jp': 'CSISO2022JP ISO2022JP ISO-2022-JP-2 CSISO2022JP2 ISO2022JP2 ISO-2022-JP-3',
  'iso-2022-kr': 'CSISO2022KR ISO2022KR',
  'utf-7': 'UTF7',
  'utf-16': 'UTF16',
  'utf-16le': 'UTF16LE UCS-2 UCS2 UCS-2LE UNICODELITTLE',
  'utf-16be': 'UTF16BE UCS-2BE UNICODEBIG',
};

const encodings = new Map<string, string>();
for (const [encoding, names] of Object.entries(aliases)) {
  for (const name of [encoding, ...names.split(' ')]) encodings.set(name.toUpperCase(), encoding);
  if (encoding.startsWith('iso-8859-')) encodings.set(encoding.toUpperCase().replace('-', '_'), encoding);
}
// iconv takes no name at all as the charset of its locale, which is plain ASCII in Dovecot's processes.
encodings.set('', 'us-ascii');

/** The iconv-lite encoding for a charset name of a message, undefined when iconv does not know the name. */
export function findEncoding(charset: string): string | undefined {
  // iconv drops all other characters from a name before it looks it up, and options after a slash.
  const name = charset.replace(/\/[\s\S]*/, '').replace(/[^A-Za-z0-9_.,:-]/g, '');
  return encodings.get(name.toUpperCase());
}
