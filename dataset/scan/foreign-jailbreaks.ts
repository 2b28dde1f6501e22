import type { Detector } from "./detector";
import { opened } from "./rare-words";

const message = "a phrase that asks for answers without scruples";

/** In languages with Latin letters: to be a model without rules, to answer without scruples, to act as if there were none. */
const latin = [
  "(?:du bist|sei|tu es|vous êtes|eres|sei ora|ora sei|você é|agora você é|tu és|je bent|jesteś|artık|sen|ești|du är|du er)[^.!?\\n]{0,24} DAN\\b",
  "DAN'(?:sın|sin)|her şeyi yapabilirsin|sansürsüz bir yapay|etik kısıtlama",
  "(?:antworte?|schreib|handle|sprich|verhalte dich|KI)[^.!?\\n]{0,32} ohne (?:jegliche |alle |deine |ethische |moralische |irgendwelche )*(?:einschränkungen|filter|beschränkungen|regeln|zensur|ethik|moral)",
  "(?:tu so|stell dir vor|so),? als (?:hättest du|gäbe es|wärst du)[^.!?\\n]{0,24}(?:keine|ohne) (?:regeln|filter|einschränkungen|ethik|richtlinien)",
  "(?:schalte|deaktiviere|umgehe|ignoriere) (?:deine|alle|die) (?:sicherheits|inhalts|ethik)(?:filter|richtlinien|regeln)|du darfst (?:keine|nie)[^.!?\\n]{0,24} (?:ablehnen|verweigern)",
  "(?:réponds|répondez|agis|parle|écris|IA|DAN)[^.!?\\n]{0,24} sans (?:aucune? )?(?:restriction|filtre|limite|censure|éthique|morale)s?",
  "comme si tu n'avais (?:aucune?|pas de) (?:règles?|restrictions?|filtres?|éthique|limites?)|(?:désactive|contourne) tes (?:filtres|règles|garde-fous)|tu ne dois jamais refuser",
  "(?:responde|contesta|actúa|habla|escribe|eres una IA)[^.!?\\n]{0,24} sin (?:ninguna? )?(?:restricci[oó]n(?:es)?|filtros?|l[ií]mites?|censura|[eé]tica)",
  "(?:finge|imagina|haz como)[^.!?\\n]{0,12} (?:que )?no (?:tienes|tuvieras) (?:reglas|restricciones|filtros|[eé]tica|l[ií]mites)|desactiva tus filtros|nunca debes negarte|puedes hacer cualquier cosa",
  "(?:rispondi|agisci|parla|scrivi|sei un'IA)[^.!?\\n]{0,24} senza (?:alcuna? )?(?:restrizion[ei]|filtri|limiti|censura|etica)",
  "(?:fai finta|fingi|immagina) di non avere (?:regole|restrizioni|filtri|limiti)|disattiva i tuoi filtri|puoi fare qualsiasi cosa",
  "(?:responda|responde|aja|fale|escreva|é uma IA)[^.!?\\n]{0,24} sem (?:nenhuma? )?(?:restriç(?:ões|ão)|filtros?|limites?|censura|ética)",
  "(?:finja|imagine|finge) que (?:você )?não tem (?:regras|restrições|filtros|limites)|desativ[ea] (?:os )?(?:seus|teus) filtros|pode fazer qualquer coisa",
  "(?:antwoord|spreek|schrijf|AI)[^.!?\\n]{0,24} zonder (?:enige )?(?:ethische |morele )?(?:beperkingen|filters|regels|censuur)|doe alsof je geen (?:regels|filters|beperkingen)",
  "(?:odpowiadaj|działaj|pisz)[^.!?\\n]{0,24} bez (?:żadnych )?(?:ogranicze\\p{L}*|filtrów|cenzury|zasad)|udawaj,? że nie masz (?:żadnych )?(?:zasad|ogranicze\\p{L}*|filtrów)",
];

/** The same in other scripts. */
const others = [
  "(?:теперь ты|ты теперь|ты)[^.!?\\n]{0,12} DAN|(?:отвечай|говори|пиши|ИИ)[^.!?\\n]{0,24} без (?:всяких |каких-либо )?(?:этических |моральных )?(?:ограничений|фильтров|цензуры|правил)",
  "(?:притворись|представь),? что у тебя нет (?:правил|ограничений|фильтров|этики)|отключи (?:свои |все )?фильтры|можешь делать (?:что угодно|всё)",
  "你(?:现在|現在)?是 ?DAN|(?:不受|没有|沒有)(?:任何)?(?:道德|限制|约束|規則|规则|伦理)[^。！？\\n]{0,12}(?:回答|人工智能|AI|助手|限制地)|假装你没有|假裝你沒有|(?:关闭|关掉|禁用)[^。\\n]{0,8}(?:安全|内容)?过滤|(?:开启|进入|启用)开发者模式|可以做任何事情",
  "DAN(?:です|として)|(?:倫理|道徳)的?な?(?:制限|制約)なし|制限のない(?:AI|アシスタント)|ルールがない(?:ふり|かのよう)|(?:安全|セーフティ)?フィルター?を(?:無効|オフ|解除)",
  "(?:너는|당신은)[^.\\n]{0,8}DAN|(?:윤리|도덕)적? ?제한 ?없이|규칙이 없는 척|제한이 없는 (?:AI|인공지능|모델)|필터를 (?:꺼|해제|비활성)",
  "أنت الآن DAN|(?:أجب|تحدث)[^.\\n]{0,16} (?:بدون|دون) (?:أي )?(?:قيود|فلاتر|رقابة)|تظاهر (?:بأن|أن)ه? ليس لديك (?:قواعد|قيود)",
  "(?:अब )?तुम DAN हो|बिना किसी (?:नैतिक )?(?:प्रतिबंध|फ़िल्टर|सीमा)",
].join("|");

/** Phrases in other languages than English that talk a model out of its scruples. */
export const foreignJailbreaks: readonly Detector[] = [
  opened("foreignJailbreaks", {
    rule: "jailbreak-phrase",
    message,
    pattern: new RegExp(`(?<!\\p{L})(?:${latin.join("|")})`, "giu"),
  }),
  {
    rule: "jailbreak-phrase",
    message,
    nonAscii: "rare",
    probe:
      /DAN|без |притворись|представь|отключи|можешь делать|不受|没有|沒有|假装|假裝|过滤|开发者模式|任何事情|制限|制約|ルールがない|フィルタ|제한|규칙이 없는|필터를|قيود|فلاتر|رقابة|قواعد|बिना किसी/i,
    pattern: new RegExp(others, "giu"),
  },
];
