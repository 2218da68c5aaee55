from . import digest_digest, dispute_kpi, res_company, res_config_settings
