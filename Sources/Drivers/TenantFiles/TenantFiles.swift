// TenantFiles
