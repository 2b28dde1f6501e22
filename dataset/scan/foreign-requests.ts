import type { Detector } from "./detector";
import { opened } from "./rare-words";

/** How one language asks for a model's orders, or puts others in their place. */
interface Requests {
  /** Verbs and questions that ask for something. */
  readonly show: string;
  /** What a model is not to show. */
  readonly secrets: string;
  /** Whole phrases: that all is to be forgotten, that other orders hold now. */
  readonly phrases: string;
}

/** Languages that are written with Latin letters. */
const latin: readonly Requests[] = [
  {
    show: "zeig|nenn|gib|verrat|wiederhol|wie laute|was (?:ist|sind)|schreib|druck|übersetz|enthüll",
    secrets:
      "system-?prompts?|(?:geheimen|versteckten|ursprünglichen|internen|ersten) (?:anweisungen|instruktionen|regeln|prompts?)",
    phrases:
      "vergiss alles,? was (?:dir|du)|halte? dich nicht (?:mehr )?an deine (?:anweisungen|regeln|vorgaben)|gelten deine (?:regeln|anweisungen|vorgaben) nicht|(?:deine|ihre) neuen (?:anweisungen|instruktionen|befehle) (?:lauten|sind)|vergiss deine (?:instruktionen|anweisungen|regeln)|übergehe alle|ignorier die anweisungen",
  },
  {
    show: "montre|affiche|révèle|répète|quel(?:le)?s? (?:est|sont)|donne|dis-moi|écris|traduis|dévoile",
    secrets:
      "prompt (?:système|initial|secret)|(?:instructions|consignes) (?:secrètes|cachées|initiales|internes|d'origine|système)",
    phrases:
      "oublie(?:z)? tout ce qu'on (?:t'a|vous a)|comme si tu n'avais (?:pas|jamais) reçu d'instructions|(?:tes|vos) nouvelles (?:instructions|consignes)|n'obéis plus à|(?:tes|vos) règles ne s'appliquent (?:plus|pas)|passe outre (?:les|tes)",
  },
  {
    show: "mu[eé]stra|revela|repite|dime|cu[aá]l(?:es)? (?:es|son)|escribe|traduce|ense[nñ]a",
    secrets:
      "prompt (?:del sistema|de sistema|inicial)|(?:instrucciones|reglas) (?:ocultas|secretas|iniciales|internas|del sistema)",
    phrases:
      "haz como si no tuvieras (?:instrucciones|reglas)|tus nuevas (?:instrucciones|órdenes)|desobedece tus (?:reglas|instrucciones)|tus (?:reglas|instrucciones) (?:ya )?no se aplican",
  },
  {
    show: "mostra|rivela|ripeti|dimmi|qual[ei] (?:è|sono)|scrivi|traduci",
    secrets:
      "prompt (?:di sistema|del sistema|iniziale)|il tuo prompt|istruzioni (?:segrete|nascoste|iniziali|interne)",
    phrases:
      "dimentica tutto (?:quello|ciò) che|(?:le )?tue nuove istruzioni|non tenere conto delle istruzioni|scarta le istruzioni|tue regole non (?:valgono|si applicano)",
  },
  {
    show: "mostr[ea]|revel[ea]|repit?[ea]|diga|qua(?:l|is) (?:é|são)|escrev[ea]|traduz",
    secrets:
      "prompt (?:de|do) sistema|(?:o )?(?:seu|teu) prompt|instruções (?:secretas|ocultas|iniciais|internas|do sistema)",
    phrases:
      "esque[cç][ae] tudo o que|(?:suas|tuas|as tuas) novas (?:instruções|ordens)|não siga as instruções|desobede[cç][ae] (?:as )?(?:suas|tuas) regras|esque[cç][ae] as (?:tuas|suas) instruções",
  },
  {
    show: "toon|onthul|herhaal|geef|wat (?:is|zijn)|schrijf|laat",
    secrets: "systeem-?prompt|(?:geheime|verborgen|oorspronkelijke) instructies",
    phrases: "vergeet alles wat|je nieuwe instructies|trek je niets aan van",
  },
  {
    show: "poka[zż]|ujawnij|powtórz|podaj|jakie są|wypisz",
    secrets: "prompt\\p{L}* systemow\\p{L}+|(?:ukryte|tajne|początkowe) instrukcje",
    phrases:
      "zapomnij o wszystkim|twoje nowe instrukcje|nie stosuj się do (?:poprzednich|powyższych)|pomiń powyższe (?:zasady|instrukcje)",
  },
  {
    show: "göster|açıkla|yaz|söyle|nedir|tekrarla",
    secrets: "sistem (?:istem|prompt|komut)\\p{L}*|(?:gizli|ilk) talimat\\p{L}*",
    phrases: "söylenen her şeyi unut|yeni talimatların|yönergeleri boş ver",
  },
  {
    show: "visa|avslöja|upprepa|vis mig|vis meg|afslør|gentag|näytä|paljasta|ukaž|prozraď|zopakuj",
    secrets:
      "systemprompt\\p{L}*|(?:hemliga|skjulte|dolda) (?:instruktioner|instrukser)|järjestelmäkehot\\p{L}*|systémov\\p{L}+ prompt",
    phrases: "glöm allt du|glem alt du|zapomeň na všechno|unohda kaikki mitä",
  },
  {
    show: "tampilkan|ungkapkan|ulangi|hiển thị|cho tôi xem|tiết lộ|arată|dezvăluie|mutasd",
    secrets:
      "prompt sistem|instruksi rahasia|system prompt|lời nhắc hệ thống|prompt-?ul (?:de )?sistem\\p{L}*|rendszerprompt\\p{L}*",
    phrases: "lupakan semua yang|hãy quên mọi (?:thứ|điều)|uită tot ce",
  },
];

/** Languages in other scripts. */
const others: readonly Requests[] = [
  {
    show: "покаж|раскро|повтор|вывед|скаж|какие|каков|показ|розкри|назов|напиш",
    secrets:
      "системн\\p{L}{2,3} (?:промпт|пром[оп]т|подсказк|сообщени)\\p{L}*|(?:скрыт|секретн|первоначальн|начальн|прихован)\\p{L}+ (?:инструкци|указани|інструкці)\\p{L}*",
    phrases:
      "забудь (?:вс[её]|усе),? що?|забудь вс[её],? что|тво[ию] новые (?:инструкции|указания)|твої нові інструкції|отбрось прежние|игнорируй правила|не обращай внимания на (?:правила|инструкции)",
  },
  {
    show: "告诉|输出|显示|重复|透露|打印|给我|列出|是什么|展示|翻译",
    secrets: "系统提示词?|系统指令|(?:初始|隐藏|秘密|最初|内部)的?(?:指令|提示|指示)",
    phrases: "你的新(?:指令|任务|指示)|忘记(?:你)?(?:之前)?(?:收到|听到)的(?:所有|一切)|现在听我的命令",
  },
  {
    show: "教え|表示|公開|繰り返|出力|見せ|言って",
    secrets: "システムプロンプト|(?:隠された|秘密の|最初の|内部の)(?:指示|命令|プロンプト)",
    phrases: "新しい指示は(?:次|以下)|これまでのことをすべて忘れ",
  },
  {
    show: "알려|보여|공개|출력|반복|말해",
    secrets: "시스템 ?프롬프트|(?:숨겨진|비밀|초기) ?(?:지침|지시|명령)",
    phrases: "(?:너의|당신의) 새로운 (?:지시|지침)|지금까지의 (?:명령|지시)을 잊",
  },
  {
    show: "أظهر|اكشف|كرر|أخبرني|ما هي|اعرض|نمایش|نشان",
    secrets: "(?:موجه|مطالبة|تعليمات) النظام|تعليماتك (?:السرية|الأصلية|المخفية)|دستورات مخفی",
    phrases: "تعليماتك الجديدة|انسَ? كل ما",
  },
  {
    show: "दिखा|बता|दोहरा|प्रकट",
    secrets: "सिस्टम प्रॉम्प्ट|(?:गुप्त|छिपे|छुपे|मूल) निर्देश",
    phrases: "सब कुछ भूल जा",
  },
];

const gap = "[^.!?\\n。！？।]{0,40}";
const asked = ({ show, secrets, phrases }: Requests): string =>
  `(?:${show})${gap}(?:${secrets})|(?:${secrets})${gap}(?:${show})|${phrases}`;

const message = "a phrase that asks for a model's instructions or replaces them";

/** Phrases in other languages than English that ask for a model's orders, or put new ones in their place. */
export const foreignRequests: readonly Detector[] = [
  opened("foreignRequests", {
    rule: "injection-phrase",
    message,
    pattern: new RegExp(`(?<!\\p{L})(?:${latin.map(asked).join("|")})`, "giu"),
  }),
  {
    rule: "injection-phrase",
    message,
    nonAscii: "rare",
    probe: new RegExp(
      others
        .map(({ secrets, phrases }) => `${secrets}|${phrases}`.replace(/\\p\{L\}(?:[*+]|\{2,3\})/g, "[^ ]*"))
        .join("|"),
      "i",
    ),
    pattern: new RegExp(others.map(asked).join("|"), "giu"),
  },
];
