import type { Detector } from "./detector";
import { list } from "./wording";

const message = "a phrase that tells a model to drop its instructions";

/** How one language says to drop orders: the words for dropping, and those for orders and for what came before. */
interface Wording {
  readonly drop: string;
  readonly orders: string;
  /** Words one of which must stand with the orders. Default: none. */
  readonly earlier?: string;
}

/** Letters and signs that may stand between the parts of one phrase. */
const GAP = "[^.!?\\n。！？।]{0,40}";

/** The verb before the orders or behind them, with what came before anywhere between or just behind. */
function source({ drop, orders, earlier }: Wording): string {
  if (earlier === undefined) return `(?:${drop})${GAP}(?:${orders})|(?:${orders})${GAP}(?:${drop})`;
  return [
    `(?:${drop})${GAP}(?:${earlier})${GAP}(?:${orders})`,
    `(?:${drop})${GAP}(?:${orders})[^.!?\\n。！？।]{0,24}(?:${earlier})`,
    `(?:${earlier})${GAP}(?:${orders})${GAP}(?:${drop})`,
    `(?:${orders})${GAP}(?:${earlier})${GAP}(?:${drop})`,
  ].join("|");
}

/** Languages that are written with Latin letters. */
const latin: readonly Wording[] = [
  {
    drop: "ignor(?:a|e|en|es|ad)|olvid(?:a|e|en|es|ate)|omite|descarta|no hagas caso|haz caso omiso|no sigas|no obedezcas|desobedece|pasa por alto",
    orders: "instrucciones|órdenes|ordenes|indicaciones|reglas|directrices|te han dicho|te dijeron",
    earlier: "anteriores|previas|de arriba|antes|tus|todas las|todo lo que",
  },
  {
    drop: "ignor(?:e|es|ez|er)|oubli(?:e|es|ez|er)|ne (?:tiens|tenez) pas compte|fai(?:s|tes) abstraction|néglige[rz]?|n'obéis pas|ne sui(?:s|vez) (?:pas|plus)|désobéis",
    orders: "instructions|consignes|directives|règles|ordres",
    earlier: "précédentes|antérieures|ci-dessus|tes|vos|toutes les|plus haut|initiales|reçues|précédents",
  },
  {
    drop: "ignorier(?:e|en|t)|vergiss|vergessen sie|missachte|verwirf|setze|befolge|beachte|folge",
    orders: "anweisungen|instruktionen|befehle|vorgaben|regeln|richtlinien",
    earlier: "vorherigen|bisherigen|obigen|vorigen|früheren|deine|ihre|alle|vorangegangenen",
  },
  {
    drop: "ignor(?:a|are|i|ate)|dimentica(?:re|te)?|trascura|non seguire|non tenere conto|disobbedisci",
    orders: "istruzioni|direttive|regole|comandi|ordini|indicazioni",
    earlier: "precedenti|sopra|tue|ricevute|tutte le|iniziali",
  },
  {
    drop: "ignor(?:e|a|em|ar)|esque[cç](?:a|e|er)|descon?sider(?:e|a)|não siga|desobedeça|descarte",
    orders: "instruções|ordens|regras|diretrizes|comandos|orientações",
    earlier: "anteriores|acima|prévias|suas|todas as|iniciais",
  },
  {
    drop: "negeer|vergeet|sla(?= alle)|volg(?: de)?(?= .{0,30}niet)|laat",
    orders: "instructies|opdrachten|aanwijzingen|regels|richtlijnen",
    earlier: "eerdere|vorige|bovenstaande|voorgaande|je|alle",
  },
  {
    drop: "zignoruj|zapomnij|zlekceważ|pomiń|ignoruj|nie przestrzegaj",
    orders: "instrukcj[eai]|instrukcjach|polece[nń]\\p{L}*|wytyczn\\p{L}+|zasad\\p{L}*",
    earlier: "poprzedni\\p{L}+|wcześniejsz\\p{L}+|powyższ\\p{L}+|wszystkie|swoje",
  },
  {
    drop: "ignorera?|glöm|bortse(?: från)?|strunta i|följ inte|ignorer|glem|se bort fra|følg ikke|tilsidesæt",
    orders: "instruktioner(?:na)?|instruksjoner|instrukser|anvisningar|regler(?:na)?|befalingar|kommandon|ordrer",
    earlier: "tidigare|föregående|ovanstående|tidligere|ovenstående|forrige|foregående|alla|alle|dina|dine",
  },
  {
    drop: "unohda|jätä|ohita|älä noudata",
    orders: "ohjeet|ohjeita|käskyt|säännöt",
    earlier: "aiemmat|aikaisemmat|edelliset|yllä olevat|kaikki",
  },
  {
    drop: "ignoruj(?:te)?|zapomeň(?:te)?|zabudni(?:te)?|nedbej|neřiď se",
    orders: "pokyn\\p{L}*|instrukc\\p{L}+|příkaz\\p{L}*|inštrukci\\p{L}+|pravid\\p{L}+",
    earlier: "předchozí\\p{L}*|předešl\\p{L}+|dosavadní|všechny|predchádzajúc\\p{L}+|predošl\\p{L}+|výše",
  },
  {
    drop: "ignoră|ignorați|uită|uitați|nu urma|nu respecta",
    orders: "instrucțiunile|comenzile|regulile|indicațiile",
    earlier: "anterioare|precedente|de mai sus|toate",
  },
  {
    drop: "hagyd figyelmen kívül|felejtsd el|hagyja figyelmen kívül|felejtse el|ne kövesd",
    orders: "utasítás\\p{L}*|szabály\\p{L}*|parancs\\p{L}*|instrukció\\p{L}*",
  },
  {
    drop: "yok say|unut|görmezden gel|dikkate alma|uyma|göz ardı et",
    orders: "talimat\\p{L}*|komut\\p{L}*|yönerge\\p{L}*|kural\\p{L}*",
    earlier: "önceki|yukarıdaki|tüm|bütün|eski",
  },
  {
    drop: "abaikan|lupakan|jangan ikuti|hiraukan",
    orders: "instruksi|perintah|petunjuk|arahan|aturan",
    earlier: "sebelumnya|di atas|semua|terdahulu",
  },
  {
    drop: "bỏ qua|hãy quên|quên|phớt lờ|không tuân theo",
    orders: "hướng dẫn|chỉ dẫn|lệnh|chỉ thị|quy tắc",
    earlier: "trước|ở trên|phía trên|tất cả",
  },
];

/** Languages in other scripts, whose words are not always set apart. */
const others: readonly Wording[] = [
  {
    drop: "忽略|无视|無視|忘记|忘掉|忘記|不要理会|不要理會|不要遵守|不要遵循|抛开",
    orders: "指令|指示|提示|规则|規則|命令|要求|说明",
    earlier: "之前|以上|上述|前述|上面|先前|前面|所有|此前|原来",
  },
  {
    drop: "無視し|忘れて|忘れろ|従わない|従うな|無視せよ|破棄し",
    orders: "指示|命令|プロンプト|ルール|指令",
    earlier: "以前|これまで|上記|先ほど|前の|すべて|全て|今まで",
  },
  {
    drop: "무시|잊어|따르지 마|잊으",
    orders: "지시|지침|명령|프롬프트|규칙",
    earlier: "이전|위의|앞의|모든|지금까지|기존",
  },
  {
    drop: "(?:про)?игнориру(?:й|йте)|забудь(?:те)?|не обращай(?:те)? внимания|не следуй(?:те)?|отмени(?:те)?|ігноруй(?:те)?|проігноруй(?:те)?|не виконуй(?:те)?",
    orders: "инструкци\\p{L}*|указани\\p{L}*|команд\\p{L}*|правил\\p{L}*|інструкці\\p{L}*|вказівк\\p{L}*|приказ\\p{L}*",
    earlier: "предыдущ\\p{L}*|прошл\\p{L}*|все|прежн\\p{L}*|вышеуказанн\\p{L}*|выше|попередн\\p{L}*|усі|всі|свои",
  },
  {
    drop: "تجاهل|تجاهلي|انس|انسَ|لا تتبع|نادیده بگیر|فراموش کن",
    orders: "التعليمات|الأوامر|الإرشادات|القواعد|دستور",
    earlier: "السابقة|أعلاه|جميع|كل|قبلی|همه",
  },
  {
    drop: "התעלם|התעלמי|תשכח|שכח|אל תציית",
    orders: "ההוראות|הוראות|ההנחיות|הפקודות",
    earlier: "הקודמות|כל|לעיל|שלמעלה",
  },
  {
    drop: "अनदेखा|भूल जा|नज़रअंदाज़|नजरअंदाज|मत मान",
    orders: "निर्देश|आदेश|नियम",
    earlier: "पिछले|पहले|सभी|ऊपर",
  },
  {
    drop: "αγνόησε|αγνοήστε|ξέχασε|ξεχάστε|μην ακολουθ",
    orders: "οδηγίες|εντολές|κανόνες",
    earlier: "προηγούμεν\\p{L}*|παραπάνω|όλες",
  },
  {
    drop: "เพิกเฉย|ละเว้น|ลืม|ไม่ต้องสนใจ|อย่าทำตาม",
    orders: "คำสั่ง|คำแนะนำ|กฎ",
    earlier: "ก่อนหน้า|ข้างต้น|ทั้งหมด",
  },
];

/** German says to drop orders by not following them, so that the word alone is none. */
const isDrop = (text: string): boolean =>
  !/^(?:befolge|beachte|folge|setze)/i.test(text) || /(?<!\p{L})(?:nicht|keine|außer kraft)(?!\p{L})/iu.test(text);

const isAscii = (word: string): boolean => /^[\x20-\x7E]+$/.test(word);
/** The languages whose words for dropping are set apart by `|` alone, so that those in ASCII can be told from the others. */
const northern = latin.slice(5);
const spelled = (ascii: boolean): Wording[] =>
  northern.flatMap((one) => {
    const drop = one.drop.split("|").filter((word) => isAscii(word) === ascii);
    return drop.length > 0 ? [{ ...one, drop: drop.join("|") }] : [];
  });
const pattern = (wordings: readonly Wording[]): RegExp =>
  new RegExp(`(?<!\\p{L})(?:${wordings.map(source).join("|")})(?!\\p{L})`, "giu");
/** A cheaper expression that a match of the other has a match of. */
const probe = (sources: readonly string[]): RegExp => new RegExp(sources.join("|").replace(/\\p\{L\}[*+]?/g, ""), "i");

/** Phrases in other languages than English that tell a model to drop its instructions. */
export const foreignInjections: readonly Detector[] = [
  {
    rule: "injection-phrase",
    message,
    words: [
      [
        ...list("ignor|olvid|omite|descarta|caso|sigas|obede|pasa por|oubli|pas compte|abstraction|glige|suis"),
        ...list("suivez|vergiss|vergessen|missacht|verwirf|setze|befolge|beachte|folge|dimentica|trascura"),
        ...list("non seguire|non tenere|esque|desconsider|descon|siga|descarte|disobbed|sob"),
      ],
      [
        ...list("instruccion|rdenes|indicaci|reglas|directrices|te han dicho|te dijeron|instructions|consigne"),
        ...list("directives|gles |ordres|anweisung|instruktion|befehle|vorgaben|regeln|richtlinien|istruzioni"),
        ...list("direttive|regole|comandi|ordini|indicazioni|instru|ordens|regras|diretrizes|comandos|orienta"),
      ],
      [
        ...list("anterior|previas|de arriba|antes|tus |todas las|todo lo|cedente|ci-dessus|tes |vos "),
        ...list("toutes les|plus haut|initiales|ues |vorherig|bisherig|obigen|vorigen|heren |deine|ihre|alle "),
        ...list("vorangeg|precedenti|sopra|tue |ricevute|tutte le|iniziali|acima|vias|suas |todas as|iniciais"),
        ...list("rieures|dentes"),
      ],
    ],
    pattern: pattern(latin.slice(0, 5)),
    // In English this order of words is the plain phrase's, which needs a word like "previous" as well.
    accept: (text, whole, start) =>
      isDrop(whole.slice(start, start + text.length + 24)) &&
      (!/^ignore [\x20-\x7E]{0,60}instructions$/i.test(text) || / (?:les|toutes|mes|ces|vos|tes) /i.test(text)),
  },
  {
    rule: "injection-phrase",
    message,
    words: [
      [
        ...list("instructies|instrukcj|instruktion|instruksj|instruks|opdracht|aanwijz|regels|richtlijn"),
        ...list("polece|wytyczn|zasad|anvisn|regler|befal|kommando|ordrer|ohje|pokyn|instrukc|pravid|comenzi"),
        ...list("instruc|regulile|utas|parancs|talimat|komut|kural|instruksi|perintah|petunjuk|arahan|aturan"),
        ...list("kaz|indica"),
      ],
      [
        ...list("negeer|vergeet|sla alle|volg|laat|zignoruj|zapomnij|ignoruj|nie przestrzeg|ignorer|bortse"),
        ...list("strunta|glem|se bort|unohda|ohita|zabudni|nedbej|nu urma|nu respect|yok say|unut|dikkate"),
        ...list("uyma|abaikan|lupakan|jangan|hiraukan|uita"),
      ],
    ],
    pattern: pattern(spelled(true)),
  },
  {
    rule: "injection-phrase",
    message,
    nonAscii: "latin",
    probe: probe(spelled(false).map(({ drop }) => drop)),
    pattern: pattern(spelled(false)),
  },
  {
    rule: "injection-phrase",
    message,
    nonAscii: "script",
    // By the verb: words for orders and for what came before are in every tenth text.
    probe: probe(others.map(({ drop }) => drop)),
    pattern: new RegExp(others.map(source).join("|"), "giu"),
  },
];
