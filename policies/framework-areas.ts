/**
 * What each framework asks for, area by area: what the catalogue's controls are held against, so that the reference can
 * name what no policy covers. Titles are shortened; the frameworks themselves are the authority.
 */
import type { Framework } from "./model";

/** Areas of a framework by their id. A control belongs to the area with which it begins. */
export type Areas = Readonly<Record<string, string>>;

/** The areas of every framework. */
export const FRAMEWORK_AREAS: Readonly<Record<Framework, Areas>> = {
  "NIST AI RMF": {
    GOVERN: "Policies, accountability and culture",
    MAP: "Context and risks are known",
    MEASURE: "Risks are measured",
    MANAGE: "Risks are treated",
  },
  "NIST 800-53": {
    AC: "Access control",
    AT: "Awareness and training",
    AU: "Audit and accountability",
    CA: "Assessment, authorization and monitoring",
    CM: "Configuration management",
    CP: "Contingency planning",
    IA: "Identification and authentication",
    IR: "Incident response",
    MA: "Maintenance",
    MP: "Media protection",
    PE: "Physical and environmental protection",
    PL: "Planning",
    PM: "Program management",
    PS: "Personnel security",
    PT: "Processing of personal data",
    RA: "Risk assessment",
    SA: "System and services acquisition",
    SC: "System and communications protection",
    SI: "System and information integrity",
    SR: "Supply chain risk management",
  },
  "ISO/IEC 42001": {
    "A.2": "Policies related to AI",
    "A.3": "Internal organization",
    "A.4": "Resources for AI systems",
    "A.5": "Assessing impacts of AI systems",
    "A.6": "AI system life cycle",
    "A.7": "Data for AI systems",
    "A.8": "Information for interested parties",
    "A.9": "Use of AI systems",
    "A.10": "Third-party and customer relationships",
  },
  "OWASP LLM Top 10": {
    LLM01: "Prompt injection",
    LLM02: "Sensitive information disclosure",
    LLM03: "Supply chain",
    LLM04: "Data and model poisoning",
    LLM05: "Improper output handling",
    LLM06: "Excessive agency",
    LLM07: "System prompt leakage",
    LLM08: "Vector and embedding weaknesses",
    LLM09: "Misinformation",
    LLM10: "Unbounded consumption",
  },
  "EU AI Act": {
    "Art. 9": "Risk management system",
    "Art. 10": "Data and data governance",
    "Art. 11": "Technical documentation",
    "Art. 12": "Record-keeping",
    "Art. 13": "Transparency to deployers",
    "Art. 14": "Human oversight",
    "Art. 15": "Accuracy, robustness and cybersecurity",
    "Art. 17": "Quality management system",
    "Art. 19": "Automatically generated logs",
    "Art. 53": "Providers of general-purpose models",
  },
  GDPR: {
    "Art. 5": "Principles",
    "Art. 17": "Right to erasure",
    "Art. 25": "Protection by design and by default",
    "Art. 28": "Processors",
    "Art. 30": "Records of processing",
    "Art. 32": "Security of processing",
    "Art. 33": "Notification of a breach",
    "Art. 35": "Impact assessment",
    "Art. 44": "Transfers to third countries",
  },
  CCPA: {
    "1798.100": "Notice, purpose and reasonable security",
    "1798.105": "Right to delete",
    "1798.150": "Breaches of unencrypted data",
  },
  "SOC 2": {
    CC1: "Control environment",
    CC2: "Communication and information",
    CC3: "Risk assessment",
    CC4: "Monitoring activities",
    CC5: "Control activities",
    CC6: "Logical and physical access",
    CC7: "System operations",
    CC8: "Change management",
    CC9: "Risk mitigation",
    A1: "Availability",
    C1: "Confidentiality",
    PI1: "Processing integrity",
    P: "Privacy",
  },
  "AWS FSBP": {
    CloudTrail: "AWS CloudTrail",
    EC2: "Amazon EC2 and VPC",
    EventBridge: "Amazon EventBridge",
    IAM: "AWS IAM",
    KMS: "AWS KMS",
    S3: "Amazon S3",
    SNS: "Amazon SNS",
    SQS: "Amazon SQS",
  },
};

/** The area of a control, or `undefined` when the framework has none that fits. */
export function areaOf(framework: Framework, control: string): string | undefined {
  return Object.keys(FRAMEWORK_AREAS[framework]).find((area) => {
    const rest = control.startsWith(area) ? control.slice(area.length) : undefined;
    // `A.10.3` does not belong to `A.1`, nor `PI1.2` to `P`; `P1.1` does.
    return rest !== undefined && (/^(?:$|[ .-])/.test(rest) || (/[A-Z]$/.test(area) && /^\d/.test(rest)));
  });
}
