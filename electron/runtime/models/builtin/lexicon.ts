/**
 * A small lexicon of business English: words that point to the same concern. It lets a choice like "billing" be
 * recognised in a text that never says "billing".
 */
export const CONCERNS: Readonly<Record<string, string>> = {
  billing:
    'billing bill invoice charge charged charging payment pay paid price cost fee refund money credit debit card subscription receipt tax vat overcharged twice double amount bank transfer renewal discount coupon statement balance due overdue finance accounting payable',
  technical:
    'technical technology tech password login reset bug error crash crashes crashed broken fail fails failing failure install installation update upgrade server screen freeze freezes slow loading load api timeout timeouts exception stack trace log logs offline outage connection connect sync syncing app application website page button browser version device printer wifi network database 404 500 glitch code blank unresponsive support it',
  account:
    'account login log-in signin sign-in password reset username profile email locked lock access two-factor 2fa verification verify register registration settings deactivate user',
  shipping:
    'shipping shipment ship shipped delivery deliver delivered package parcel courier tracking track arrive arrived arrival late lost warehouse address logistics carrier dispatch order transit',
  returns:
    'return returns returned exchange replace replacement wrong item damaged defective faulty warranty broken size refund rma',
  cancellation:
    'cancel cancellation cancelled canceled terminate unsubscribe stop end quit leave leaving churn close',
  complaint:
    'complaint complain unacceptable terrible awful worst angry furious disappointed disappointing rude ridiculous never manager escalate frustrated frustrating annoyed unhappy dissatisfied poor',
  praise:
    'praise compliment thank thanks great excellent love loved wonderful amazing awesome perfect happy helpful fantastic recommend brilliant satisfied pleased feedback',
  sales:
    'sales sale buy purchase quote quotation pricing plan demo trial license seats enterprise upgrade offer interested prospect lead order volume reseller',
  legal:
    'legal law lawyer attorney contract clause liability gdpr privacy compliance terms agreement lawsuit sue court regulation breach nda indemnity jurisdiction',
  security:
    'security fraud fraudulent phishing hacked hack unauthorized suspicious stolen breach malware virus scam leak vulnerability compromised identity theft',
  hr: 'hr human resources employee hiring hire vacation leave holiday salary payroll interview candidate resume cv applicant onboarding benefits job recruiter recruiting',
  feature:
    'feature request suggestion suggest wish idea improve improvement enhancement add support would like could roadmap integrate integration',
  question:
    'question information info how what where when which explain help wondering possible know inquiry enquiry ask clarify documentation guide general',
  spam: 'spam lottery winner prize viagra casino crypto bitcoin investment click free offer unsubscribe congratulations inheritance prince',
  urgent:
    'urgent urgently high critical emergency immediately immediate asap now severe severity blocker blocking down outage deadline today hours priority losing p1 stop',
  relaxed: 'low minor whenever someday cosmetic typo trivial no rush eventually nice-to-have small curious',
  medium: 'medium normal moderate standard regular soon',
  invoice:
    'invoice bill due net total subtotal vat tax amount payable remit iban supplier vendor po purchase',
  receipt: 'receipt paid cash change thank card visa mastercard purchase store tip',
  contract:
    'contract agreement party parties clause term termination liability signed effective hereby governing obligations',
  resume:
    'resume cv curriculum vitae experience education skills employment degree university worked years developer engineer',
  report: 'report summary quarter results findings analysis revenue growth metrics kpi conclusion',
  travel:
    'travel flight hotel taxi train airfare mileage uber lodging airline trip conference car rental fuel parking',
  meals: 'meal meals lunch dinner breakfast restaurant food catering coffee cafe drinks',
  software: 'software license subscription saas cloud hosting tool laptop hardware computer monitor',
  office: 'office supplies paper printer ink desk chair stationery furniture',
  approve:
    'approve approved approval accept accepted ok okay yes agree fine eligible qualifies valid pass complete correct compliant satisfied within meets',
  reject:
    'reject rejected decline declined deny denied refuse no not invalid fail failed missing exceeds exceed violation ineligible incomplete incorrect expired violates',
  review:
    'review unclear unsure uncertain check manual investigate escalate human ambiguous borderline maybe conflicting',
  positive:
    'positive good great excellent love happy thanks thank pleased satisfied wonderful improved growth success strong exceeded',
  negative:
    'negative bad terrible awful poor angry hate worst broken unacceptable disappointed frustrated unhappy decline loss weak failed',
  neutral: 'neutral ok okay average information mixed',
  research:
    'research search find look investigate sources facts data gather collect study study literature background',
  writing:
    'write writer draft compose author text article copy blog email letter edit editor wording tone reply answer respond',
  analysis:
    'analyse analyze analysis analyst numbers data compare calculate statistics trend chart metrics evaluate figures csv table rows',
  planning: 'plan planner schedule organize coordinate steps milestones timeline manage manager project',
  testing: 'test tester testing qa verify check quality validate coverage regression',
  design: 'design designer ui ux layout visual colour color mockup wireframe',
  development:
    'develop developer code coder coding implement programming engineer software function refactor build',
  marketing: 'marketing campaign audience brand advertising social launch content seo newsletter',
  medical: 'medical patient doctor symptom pain fever treatment diagnosis hospital medication clinic nurse',
};

/** Names for "none of these" among choices. */
export const REST_CHOICE =
  /^(other|others|else|general|misc|miscellaneous|unknown|none|unclear|neutral|n\/?a|undefined|unsure|default)$/i;

export const NUMBER_WORDS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  hundred: 100,
  once: 1,
  twice: 2,
  dozen: 12,
};

export const CURRENCIES: Readonly<Record<string, string>> = {
  $: 'USD',
  '€': 'EUR',
  '£': 'GBP',
  '¥': 'JPY',
  '₹': 'INR',
  dollar: 'USD',
  dollars: 'USD',
  usd: 'USD',
  eur: 'EUR',
  euro: 'EUR',
  euros: 'EUR',
  gbp: 'GBP',
  pounds: 'GBP',
  jpy: 'JPY',
  chf: 'CHF',
  inr: 'INR',
  cad: 'CAD',
  aud: 'AUD',
  sek: 'SEK',
  pln: 'PLN',
};

export const STRONG_WORDS: Readonly<Record<string, number>> = {
  excellent: 2,
  great: 1.5,
  love: 1.5,
  wonderful: 2,
  amazing: 2,
  perfect: 2,
  happy: 1.5,
  thanks: 1,
  thank: 1,
  pleased: 1.5,
  helpful: 1.5,
  good: 1,
  fantastic: 2,
  satisfied: 1.5,
  brilliant: 2,
  fast: 0.5,
  friendly: 1,
  recommend: 1.5,
  best: 1.5,
  impressed: 1.5,
  strong: 1,
  terrible: -2,
  awful: -2,
  worst: -2,
  unacceptable: -2,
  angry: -2,
  furious: -2.5,
  disappointed: -1.5,
  disappointing: -1.5,
  rude: -1.5,
  broken: -1,
  hate: -2,
  useless: -2,
  frustrated: -1.5,
  frustrating: -1.5,
  bad: -1,
  poor: -1,
  slow: -0.5,
  wrong: -0.7,
  fail: -1,
  failed: -1,
  down: -0.8,
  affected: -0.5,
  urgent: -0.3,
  crash: -1,
  crashes: -1,
  crashed: -1,
  lost: -0.7,
  late: -0.7,
  scam: -2,
  fraud: -1.5,
  never: -0.5,
  refund: -0.3,
  problem: -0.7,
  issue: -0.5,
  error: -0.7,
};
