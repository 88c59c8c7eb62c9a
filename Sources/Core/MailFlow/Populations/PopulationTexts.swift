/// The words that populations are made of; only reserved example names (RFC 2606, RFC 6761).
enum PopulationTexts {
  static let localParts = [
    "mary", "john", "anna", "peter", "thandi", "sipho", "claire", "david", "emma", "frank",
    "grace", "henry", "irene", "jan", "karin", "lerato", "martin", "nadia", "oliver", "petra",
    "quentin", "rosa", "samuel", "tina", "ursula", "victor", "wendy", "xavier", "yasmin", "zoe",
    "info", "sales", "accounts", "orders", "support", "hr", "office", "reception", "billing",
    "press", "dispatch", "helpdesk", "a.botha", "b.nkosi", "c.meyer", "d.walker", "e.rossi",
    "f.martin", "g.schmidt", "h.jensen", "i.novak", "j.silva", "k.tanaka", "l.dubois",
  ]

  /// Labels of other organisations' domains.
  static let organisations = [
    "harbour", "meridian", "northwind", "bluegum", "cedarline", "granite", "lantern", "outeniqua",
    "paperbark", "quayside", "redwater", "saltmarsh", "tidewell", "umber", "valleyview",
    "westgate", "yellowwood", "zephyr", "aquila", "brightside", "coppermine", "dunes", "eastlake",
    "fernhill", "goldreef", "highveld", "ironbark", "junction", "kestrel", "lowlands",
    "millstream", "nightjar", "orchard", "pinewood", "quarry", "riverbend", "sandpiper",
    "thornfield", "uplands", "vineyard", "waterfall", "acacia", "baobab", "cormorant",
    "driftwood", "estuary", "foundry", "glasshouse",
  ]

  static let organisationParents = ["example.com", "example.net", "example.org"]

  /// Domains that spam comes from.
  static let spamDomains = [
    "cheap-pills.test", "win-big.test", "fast-loan.test", "deal-of-day.test", "watch-shop.test",
    "slim-now.test", "casino-gold.test", "free-phone.test", "rx-direct.example",
    "big-prize.example", "lucky-draw.example", "hot-stocks.example", "diploma.example",
    "replica.example", "miracle.example", "coupon-club.example",
  ]

  /// Domains that do not exist.
  static let badDomains = ["nowhere.invalid", "mistyped.invalid", "closed-down.invalid"]

  static let subjects = [
    "Minutes of the meeting", "Re: Quotation", "Invoice", "Purchase order", "Delivery note",
    "Re: Re: Contract draft", "Weekly report", "FW: Schedule", "Statement of account",
    "Your ticket", "Re: Visit next week", "Project status", "Maintenance window",
    "Backup report host", "Application for leave", "Travel itinerary", "Expense claim",
    "Re: Question about order", "Agenda", "Welcome aboard", "Shipping confirmation",
    "Timesheet week", "Survey results", "Re: Drawings rev", "Reminder: training session",
    "Price list", "Re: Complaint", "New extension number", "Lunch on Friday", "Test results batch",
  ]

  static let spamSubjects = [
    "You have won prize", "Cheap pills order", "Last chance", "Your loan is approved",
    "Hot stock tip", "Luxury watches from", "Lose weight in days", "Claim your bonus",
    "Meet new friends", "University diploma in days", "Account suspended case", "Double your money",
  ]

  static let marketingSubjects = [
    "Webinar: Working Together", "Newsletter issue", "Our spring offers", "Save the date: summit",
    "Product update", "Member news", "Season ticket offer", "Your monthly digest",
  ]

  static let attachments = [
    "invoice.pdf", "quotation.pdf", "report.xlsx", "minutes.docx", "drawing.dwg", "photo.jpg",
    "statement.pdf", "slides.pptx", "order.csv", "scan0001.pdf", "cv.doc", "pricelist.xls",
    "contract.docx", "logs.zip", "Test=20Attachment.docx", "map.png",
  ]

  static let viruses = [
    "W32/Sober-P", "W32/Zafi-D", "Mal/Example-A", "Troj/Example-B", "Troj/DocDl-X", "EICAR-AV-Test",
  ]

  static let messageFilters = ["FileType", "BlockLoops", "NoExecutables"]
  static let contentFilters = ["dontsend", "Executables", "Confidential", "Profanity"]
  static let policyReasons = ["content filter:Confidential", "content filter:Macros"]
  static let outbreakReasons = [
    "VOF rule:OUTBREAK_0000231", "VOF rule:OUTBREAK_0000244", "VOF rule:.pif file in zip",
  ]

  /// Ciphers of the time, the first ones more often.
  static let ciphers = ["AES128-SHA", "AES256-SHA", "RC4-SHA", "DHE-RSA-AES256-SHA"]
}
