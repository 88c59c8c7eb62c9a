import MailFlow
