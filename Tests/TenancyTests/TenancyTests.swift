// TenancyTests
